import { expect, test } from 'vitest'
import { config, connectorPlace, linesOf, runOf } from './connector-place.ts'
import { runCommand } from './run-command.ts'

const { cwd, deltaquill, json, failed, file } = connectorPlace('typed')

const fields = [
  { name: 'sku', dataType: 'STRING', isKey: true },
  { name: 'specs', dataType: 'OBJECT', shape: { owner: 'STRING', tags: ['STRING'] } },
]

test('a connector with typed columns publishes structs and arrays, and stays as it is', async () => {
  const typed = file('typed.json', config('acme', { nested: 'typed' }))
  expect(await deltaquill(['provision', '--config', typed])).toMatchObject({ exit: 0 })
  const run = file('run.json', runOf('run-1', 1, { schema: { workflowId: 'shop', fields } }))
  const rows = file(
    'typed.jsonl',
    linesOf([
      { sku: 'A', specs: { owner: 'ann@example.com', tags: ['new', 7], _id: 1 } },
      { sku: 'B', specs: { owner: 'bob@example.com', colour: 'red' } },
    ]),
  )
  const { warnings, ...published } = await json('publish', 'acme', '--run', run, '--rows', rows)
  expect(published).toMatchObject({ outcome: 'published', rows: 2 })
  expect(warnings).toMatchObject([{ check: 'onExtraField', message: expect.stringContaining('"specs.colour"') }])
  const { stdout } = await runCommand(['table', 'read', 'root/tables/acme/kadoa/WF_SHOP__V1/0'], { cwd })
  expect(stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).specs]))).toEqual([
    { owner: 'ann@example.com', tags: ['new', '7'] },
    { owner: 'bob@example.com', tags: null },
  ])
  expect(await failed('update', 'acme', '--config', file('json.json', config('acme')))).toMatchObject({
    exit: 2,
    error: { message: expect.stringContaining('nested never changes, it is "typed"') },
  })
})
