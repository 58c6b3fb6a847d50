import { expect, test } from 'vitest'
import { openTable } from '../../src/index.ts'
import { type Action, formatCommit, formatCommitPath } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'

/** A table clustered by `configuration`, whose properties ask for statistics of its first column only. */
async function clusteredTable(configuration: string) {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const field = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} })
  const inner = { type: 'struct', fields: [field('city', 'string'), field('street', 'string')] }
  const actions: Action[] = [
    { commitInfo: { operation: 'CREATE TABLE' } },
    { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['clustering', 'domainMetadata'] } },
    {
      metaData: {
        id: 't',
        format: { provider: 'parquet', options: {} },
        schemaString: JSON.stringify({
          type: 'struct',
          fields: [field('id', 'long'), field('name', 'string'), field('address', inner)],
        }),
        partitionColumns: [],
        configuration: { 'delta.dataSkippingNumIndexedCols': '1' },
      },
    },
    { domainMetadata: { domain: 'delta.clustering', configuration, removed: false } },
  ]
  await store.put(formatCommitPath(0), new TextEncoder().encode(formatCommit(actions)), { mode: 'create' })
  return { store, table: await openTable('memory://t', { store, runtime }) }
}

const row = { id: 1, name: 'n', address: { city: 'c', street: 's' } }

test.each([
  ['paths, as Spark writes them', '{"clusteringColumns":[["address","city"]],"domainName":"delta.clustering"}'],
  ['no column', '{"clusteringColumns":[]}'],
  ['names, as the protocol shows them', '{"clusteringColumns":["name"]}'],
])(
  'files of a table clustered by %s have statistics of those columns too, and are not called clustered',
  async (_, configuration) => {
    const { store, table } = await clusteredTable(configuration)
    await table.append([row])
    const commit = new TextDecoder().decode((await store.get(formatCommitPath(1))).body)
    const minValues = {
      id: 1,
      ...(configuration.includes('name"]') && { name: 'n' }),
      ...(configuration.includes('city') && { address: { city: 'c' } }),
    }
    expect(commit).toContain(JSON.stringify(JSON.stringify({ numRecords: 1, minValues })).slice(1, -3))
    expect(commit).not.toContain('clusteringProvider')
  },
)

test.each(['{}', '[]', '{"clusteringColumns":[1]}', '{"clusteringColumns":[[1]]}'])(
  'a table clustered by %s is damaged',
  async (configuration) => {
    const { table } = await clusteredTable(configuration)
    await expect(table.append([row])).rejects.toMatchObject({ code: 'invalid-data' })
  },
)
