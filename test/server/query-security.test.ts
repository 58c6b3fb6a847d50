import { describe, expect, test } from 'vitest'
import { openLab, VECTOR } from './lab.ts'
import { filesIn, putLog, type World } from './world.ts'

const add = { path: 'part-0.parquet', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true }
const protocol = {
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ['deletionVectors'],
  writerFeatures: ['deletionVectors'],
}
const DELTA = { 'delta-sharing-capabilities': 'responseformat=delta;readerfeatures=deletionvectors' }

const query = (world: World, table: string, body: object | string = {}, headers: Record<string, string> = {}) =>
  world.ask(`/shares/sales/schemas/shop/tables/${table}/query`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('a path in the log that leads out of the table', () => {
  const PATHS = [
    '../secret/x.parquet',
    'a/../../secret/x.parquet',
    '%2e%2e/secret/x.parquet',
    'a/%2E%2E/%2e%2e/secret/x.parquet',
    '/secret/x.parquet',
    's3://secret/x.parquet',
    'file:///secret/x.parquet',
    'a//secret.parquet',
    'a%2F..%2F..%2Fsecret.parquet',
    '_delta_log/00000000000000000000.json?secret',
    'secret%0a.parquet',
  ]

  test.each(PATHS)('is not served as a data file: %s', async (path) => {
    const world = await openLab()
    await putLog(world, 'out', { add: { ...add, path } })
    for (const body of [{}, { maxFiles: 1 }]) {
      const answer = await query(world, 'out', body)
      const text = await answer.text()
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(text).not.toMatch(/secret|https?:|s3:|file:/)
    }
  })

  test.each(PATHS)('is not served as a file of deletion vectors: %s', async (path) => {
    const world = await openLab()
    const deletionVector = { ...VECTOR, storageType: 'p', pathOrInlineDv: path }
    await putLog(world, 'out', { add: { ...add, deletionVector } }, { protocol })
    const answer = await query(world, 'out', {}, DELTA)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await answer.text()).not.toMatch(/secret|https?:|s3:|file:/)
  })

  test('is not served in the directory of a vector either', async () => {
    const world = await openLab()
    const deletionVector = { ...VECTOR, pathOrInlineDv: `../secret${VECTOR.pathOrInlineDv.slice(2)}` }
    await putLog(world, 'out', { add: { ...add, deletionVector } }, { protocol })
    const answer = await query(world, 'out', {}, DELTA)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await answer.text()).not.toContain('secret')
  })
})

describe('hints of a size that nobody writes', () => {
  const equal = (value: number) => ({
    op: 'equal',
    children: [
      { op: 'column', name: 'n', valueType: 'long' },
      { op: 'literal', value: String(value), valueType: 'long' },
    ],
  })
  const stats = JSON.stringify({ numRecords: 1, minValues: { n: -1 }, maxValues: { n: -1 } })

  test('leave no file out: too many parts, too deep, too long', async () => {
    const world = await openLab()
    await putLog(world, 'one', { add: { ...add, stats } })
    const files = async (body: object) => filesIn(await query(world, 'one', body))
    const any = (count: number) => ({ op: 'or', children: Array.from({ length: count }, (_, n) => equal(n)) })
    const deep = (levels: number): object => (levels === 0 ? equal(0) : { op: 'and', children: [deep(levels - 1)] })
    expect(await files({ jsonPredicateHints: JSON.stringify(any(600)) })).toBe(0)
    expect(await files({ jsonPredicateHints: JSON.stringify(any(700)) })).toBe(1)
    expect(await files({ jsonPredicateHints: JSON.stringify(deep(90)) })).toBe(0)
    expect(await files({ jsonPredicateHints: JSON.stringify(deep(120)) })).toBe(1)
    expect(await files({ predicateHints: Array.from({ length: 499 }, () => 'n >= -1').concat('n = 0') })).toBe(0)
    expect(await files({ predicateHints: Array.from({ length: 500 }, () => 'n >= -1').concat('n = 0') })).toBe(1)
  })
})

describe('names that objects have by themselves', () => {
  test('are columns and members like others, and change nothing for anybody else', async () => {
    const world = await openLab()
    const body =
      '{"__proto__":{"limitHint":1},"jsonPredicateHints":{"op":"isNull","children":[{"op":"column","name":"__proto__"}]}}'
    expect(await filesIn(await query(world, 'orders', body))).toBe(2)
    expect(Object.keys(Object.prototype)).toEqual([])
    for (const column of ['__proto__', 'constructor', 'toString']) {
      const hint = { op: 'isNull', children: [{ op: 'column', name: column }] }
      expect(await filesIn(await query(world, 'orders', { jsonPredicateHints: hint }))).toBe(2)
      expect(await filesIn(await query(world, 'orders', { predicateHints: [`\`${column}\` = 'x'`] }))).toBe(2)
    }
  })
})

describe('a name in the path', () => {
  test.each(['..', '%2e%2e', 'shop%2Forders', 'shop%00', '%', 'a'.repeat(300), '%F0%9F%98%80', 'sh%5Cop'])(
    'that is %s is a 404 like every other that is not there',
    async (name) => {
      const world = await openLab()
      for (const path of [
        `/shares/${name}/schemas/shop/tables/orders/query`,
        `/shares/sales/schemas/shop/tables/${name}/query`,
      ]) {
        const answer = await world.ask(path, { method: 'POST' })
        expect([answer.status, await answer.json()]).toMatchObject([404, { errorCode: 'RESOURCE_DOES_NOT_EXIST' }])
      }
    },
  )
})
