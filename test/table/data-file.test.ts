import { expect, test } from 'vitest'
import { createTable } from '../../src/index.ts'
import { memoryStore } from '../../src/store/index.ts'

test('a value that is damaged where it is stored is noticed, though it would decode to another', async () => {
  const store = memoryStore()
  const table = await createTable('memory://numbers', {
    store,
    schema: { type: 'struct', fields: [{ name: 'n', type: 'double', nullable: false, metadata: {} }] },
    properties: { 'delta.parquet.compression.codec': 'none' },
  })
  await table.append([{ n: 1 }, { n: 2 }, { n: 3 }])
  const key = table.files()[0]?.path ?? ''
  const { body } = await store.get(key)
  const three = Buffer.from(body).indexOf(Buffer.from(Float64Array.of(3).buffer))
  body[three + 5] = (body[three + 5] ?? 0) ^ 1
  await store.put(key, body, { mode: 'overwrite' })
  const rows = table.read().next()
  await expect(rows).rejects.toMatchObject({ code: 'invalid-data', message: expect.stringContaining('checksum') })
})
