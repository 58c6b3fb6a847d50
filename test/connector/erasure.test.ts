import { expect, test } from 'vitest'
import { loadShare } from '../../src/manifest/index.ts'
import { ANN, FIRST, worldWith } from './erase-world.ts'

test('a column that no table of the workflow has is refused before anything is done, with the one that may be meant', async () => {
  const { store, open } = await worldWith(FIRST)
  const { generation } = await loadShare(store, 'kadoa_acme')
  const erase = (column: string, workflowId?: string) => open().erase({ workflowId, keys: [{ [column]: ANN }] })
  await expect(erase('emial', 'people')).rejects.toMatchObject({
    code: 'invalid-argument',
    message: 'nothing was erased: no table of workflow people has a column "emial"; did you mean "email"?',
    details: { column: 'emial' },
  })
  await expect(erase('Email')).rejects.toThrow('no table of any workflow has a column "Email"; did you mean "email"?')
  await expect(erase('telephone')).rejects.toThrow('has a column "telephone"; look at its name')
  expect((await loadShare(store, 'kadoa_acme')).generation).toBe(generation)
  expect(await erase('email')).toMatchObject({ tables: [{ rows: 1 }] })
})
