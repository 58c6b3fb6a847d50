import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { findTraces, openTable } from '../../src/table/index.ts'
import { keysOf } from '../keys-of.ts'
import { type DatabricksPlace, databricksConfig, databricksPlace } from './databricks-world.ts'
import { deliveryOf } from './world.ts'

/** Of runs with other columns in between, one that was taken back, and events with people in them. */
async function published(): Promise<DatabricksPlace> {
  const place = databricksPlace()
  await place.open().provision(databricksConfig({ teamName: 'Secret team' }))
  const event = {
    title: 'UPDATED',
    dateTime: '2026-01-02T03:04:05Z',
    source: { requestSource: 'UI', userId: 'u1', userEmail: 'ann@acme.example' },
    resource: { type: 'WORKFLOW', workflowId: 'shop' },
  }
  await place.open().publish(deliveryOf({ runId: 'r1', day: 1, events: [event] }))
  await place.open().publish(deliveryOf({ runId: 'r2', day: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }))
  await place.open().publish(deliveryOf({ runId: 'r3', day: 3, fields: [{ name: 'sku', dataType: 'STRING' }] }))
  await place.open().retract({ workflowId: 'shop', runId: 'r2' })
  return place
}

async function textOf(store: ObjectStore, key: string): Promise<string> {
  return new TextDecoder().decode((await store.get(key)).body)
}

function locationsOf({ fake }: DatabricksPlace): string[] {
  return fake.shares.shown().flatMap(({ objects }) => objects.map(({ location }) => location))
}

describe('who may read the directory of a shared table', () => {
  test('finds data files and the log there, and nothing else', async () => {
    const { store } = await published()
    const keys = await keysOf(store, 'tables/')
    expect(keys.length).toBeGreaterThan(20)
    const inTable =
      /^tables\/acme\/kadoa\/[A-Z_0-9]+\/\d+\/(_delta_log\/[^/]+\.(json|crc|parquet)|_delta_log\/_last_checkpoint|[^/_][^/]*\.parquet)$/
    expect(keys.filter((key) => !inTable.test(key))).toEqual([])
  })

  test('finds nothing of who works there, nor of the team, and of people what is shared only', async () => {
    const { store } = await published()
    const tables = prefixStore(store, 'tables')
    expect(await findTraces(tables, ['ann@acme.example', 'team-1', 'Secret team', 'sp-uuid'])).toEqual([])
    const commits = (await keysOf(store, 'tables/')).filter((key) => /\/\d{20}\.json$/.test(key))
    const infos = (await Promise.all(commits.map((key) => textOf(store, key)))).flatMap((text) =>
      text.split('\n').flatMap((line) => (line.includes('"commitInfo"') ? [commitShape.parse(JSON.parse(line))] : [])),
    )
    expect(infos.length).toBeGreaterThanOrEqual(commits.length)
    const told = new Set(infos.flatMap(({ commitInfo }) => Object.keys(commitInfo)))
    expect([...told].filter((member) => !HARMLESS.has(member))).toEqual([])
  })

  test('needs no client that knows more than the first version of the protocol, and no path outside', async () => {
    const place = await published()
    for (const location of locationsOf(place)) {
      const store = prefixStore(place.store, location.replace(/^memory:\/+/, ''))
      const { protocol } = (await openTable(location, { store })).info()
      expect(protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 })
      const log = (await keysOf(store, '_delta_log/')).filter((key) => key.endsWith('.json'))
      for (const text of await Promise.all(log.map((key) => textOf(store, key)))) {
        expect(text).not.toMatch(/"path":"(\/|[a-z0-9]+:)/)
      }
    }
  })
})

const commitShape = z.object({ commitInfo: z.record(z.string(), z.unknown()) })
const HARMLESS: ReadonlySet<string> = new Set([
  'timestamp',
  'inCommitTimestamp',
  'operation',
  'operationParameters',
  'operationMetrics',
  'readVersion',
  'isolationLevel',
  'isBlindAppend',
  'engineInfo',
  'txnId',
])
