import { describe, expect, test } from 'vitest'
import { formatCommitPath, loadHistory, loadSnapshot, writeCheckpoint } from '../../src/log/index.ts'
import { addTable } from '../../src/manifest/index.ts'
import { DELTA, openChanges, refusal, TABLE } from './shared-changes.ts'
import { linesOf } from './world.ts'

const { world, share, changes, since } = await openChanges()

/** What each line is and of which version. */
async function told(response: Response): Promise<string[]> {
  const lines = await linesOf(response)
  return lines.map((line) => {
    const [[kind, body] = []] = Object.entries(line)
    const action = Object.keys(Object(body?.deltaSingleAction)).join()
    const version = body?.version === undefined ? '' : ` ${body.version}`
    return `${kind}${action && `.${action}`}${version}`
  })
}

describe('the changes of a shared table', () => {
  test('are files that came, went, or hold the rows that changed, with version and time', async () => {
    const response = await changes('delta-rs', 'startingVersion=0')
    expect(response.headers.get('delta-table-version')).toBe('0')
    expect(response.headers.get('delta-sharing-capabilities')).toBe('responseformat=parquet')
    const [protocol, metadata, ...lines] = await linesOf(response)
    expect(protocol).toEqual({ protocol: { minReaderVersion: 1 } })
    expect(metadata).toMatchObject({ metaData: { configuration: { enableChangeDataFeed: 'true' } } })
    expect(metadata?.metaData).not.toHaveProperty('version')
    const kinds = lines.map((line) =>
      Object.entries(line)
        .map(([kind, { version }]) => `${kind} ${version}`)
        .join(),
    )
    expect(kinds).toEqual([
      ...['add 0', 'add 0', 'add 0', 'cdf 1', 'cdf 2', 'add 3'],
      ...['cdf 4', 'cdf 4', 'cdf 4', 'remove 6'],
    ])
    for (const line of lines) {
      const [body] = Object.values(line)
      expect(body).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/), size: expect.any(Number) })
      expect((await world.handler(new Request(String(body?.url)))).status).toBe(200)
    }
    const times = lines.flatMap((line) => Object.values(line).map(({ timestamp }) => Number(timestamp)))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('are actions of the log for who asks for the delta format', async () => {
    const response = await changes('spark-mapped-by-name', 'startingVersion=2&endingVersion=2', DELTA)
    expect(response.headers.get('delta-sharing-capabilities')).toBe('responseformat=delta')
    const [, metadata, change] = await linesOf(response)
    expect(metadata).toMatchObject({
      metaData: { deltaMetadata: { configuration: { 'delta.columnMapping.mode': 'name' } } },
    })
    expect(change).toEqual({
      file: {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        version: 2,
        timestamp: expect.any(Number),
        expirationTimestamp: expect.any(Number),
        deltaSingleAction: {
          cdc: {
            path: expect.stringMatching(/^https:/),
            partitionValues: expect.anything(),
            size: expect.any(Number),
            dataChange: false,
          },
        },
      },
    })
  })

  test('begin with the metadata of the first version, and tell it again where it changed, if that is wanted', async () => {
    const [, newest] = await linesOf(await changes('spark-rewritten', 'startingVersion=1&endingVersion=3'))
    const historical = await linesOf(
      await changes('spark-rewritten', 'startingVersion=1&includeHistoricalMetadata=TRUE'),
    )
    const told = historical.flatMap(({ metaData }) => (metaData ? [metaData] : []))
    expect(told.map(({ version, schemaString }) => [version, JSON.parse(String(schemaString)).fields.length])).toEqual([
      [1, 3],
      [4, 5],
    ])
    expect(JSON.parse(String(newest?.metaData?.schemaString)).fields).toHaveLength(5)
  })

  test('tell the protocol again where it changed, in the delta format, if that is wanted', async () => {
    const query = 'startingVersion=0&includeHistoricalProtocol=true&includeHistoricalMetadata=true'
    const [protocol] = await linesOf(await changes('delta-rs', query, DELTA))
    expect(protocol).toMatchObject({ protocol: { version: 0, deltaProtocol: { minReaderVersion: 1 } } })
    expect((await linesOf(await changes('delta-rs', query)))[0]).toEqual({ protocol: { minReaderVersion: 1 } })
  })

  test('of a deletion vector are the file gone and come again, by one URL and one id', async () => {
    const lines = await linesOf(await changes('spark-deletion-vectors', 'startingVersion=3&endingVersion=3', DELTA))
    const [gone, come] = lines.slice(2).map(({ file }) => file)
    const [{ remove }, { add }] = [gone, come].map((file) => Object(file?.deltaSingleAction))
    expect(gone?.id).toBe(come?.id)
    expect(remove.path).toBe(add.path)
    expect([remove, add].map(({ deletionVector }) => deletionVector.storageType)).toEqual(['p', 'p'])
    expect(gone?.deletionVectorFileId).not.toBe(come?.deletionVectorFileId)
    expect(lines[1]?.metaData?.deltaMetadata).not.toMatchObject({
      configuration: { 'delta.enableInCommitTimestamps': expect.anything() },
    })
  })

  test.each([
    ['spark-deletion-vectors', 'startingVersion=2', {}, /deletionVectors.*responseformat=delta/],
    [
      'spark-deletion-vectors',
      'startingVersion=2',
      { 'delta-sharing-capabilities': 'responseformat=delta' },
      /deletionVectors/,
    ],
    ['spark-mapped-by-id', 'startingVersion=1', {}, /columnMapping.*responseformat=delta/],
    ['delta-rs', '', {}, /one of: startingVersion, startingTimestamp/],
    ['delta-rs', 'startingVersion=7', {}, /version 7 .* from 0 to 6/],
    ['delta-rs', 'startingVersion=3&endingVersion=2', {}, /from version 3 to version 2/],
    ['delta-rs', 'startingTimestamp=2999-01-01T00:00:00Z', {}, /no version at or after/],
    ['delta-rs', 'startingVersion=0&endingTimestamp=1999-01-01T00:00:00Z', {}, /no version at or before/],
  ])(
    'of %s with "%s" are refused to who could not read them, or asks wrong: %j',
    async (table, query, headers, message) => {
      expect(await refusal(await changes(table, query, headers))).toEqual({
        status: 400,
        message: expect.stringMatching(message),
      })
    },
  )

  test('end at what is shown, however far they are asked for', async () => {
    expect(await told(await changes('delta-rs', 'startingVersion=6&endingVersion=99'))).toEqual([
      'protocol',
      'metaData',
      'remove 6',
    ])
  })
})

describe('what a share keeps back of changes', () => {
  test('is all of them without history', async () => {
    await share('plain', { history: false }, 'delta-rs')
    for (const answer of [await changes('plain', 'startingVersion=0'), await since('plain', { startingVersion: 0 })]) {
      expect(await refusal(answer)).toMatchObject({
        status: 400,
        message: expect.stringMatching(/without its history/),
      })
    }
  })

  test('is what is before its start version and after the pinned one', async () => {
    await share('cut', { startVersion: 2, version: 4 }, 'delta-rs')
    expect(await refusal(await changes('cut', 'startingVersion=1'))).toMatchObject({ status: 400 })
    expect(await refusal(await changes('cut', 'startingVersion=5'))).toMatchObject({ status: 400 })
    const shown = ['protocol', 'metaData', 'cdf 2', 'add 3', 'cdf 4', 'cdf 4', 'cdf 4']
    expect(await told(await changes('cut', 'startingVersion=2'))).toEqual(shown)
    expect(await told(await changes('cut', 'startingTimestamp=1970-01-01T00:00:00Z&endingVersion=6'))).toEqual(shown)
    const version = await world.ask(`${TABLE}/cut/version?startingTimestamp=1970-01-01T00:00:00Z`)
    expect(version.headers.get('delta-table-version')).toBe('2')
  })

  test('is what is in other partitions than those shown', async () => {
    await share('part', { partition: { c: 'a' } }, 'delta-rs')
    const lines = await linesOf(await changes('part', 'startingVersion=0'))
    const values = lines.slice(2).map((line) => Object.values(line).map(({ partitionValues }) => partitionValues))
    expect(values.flat()).toEqual([{ c: 'a' }, { c: 'a' }, { c: 'a' }])
  })

  test('and of a table that is not granted nobody says that it is there', async () => {
    const answer = await world.ask('/shares/secret/schemas/shop/tables/orders/changes?startingVersion=0')
    expect(await refusal(answer)).toMatchObject({ status: 404 })
  })
})

describe('changes that are not all there', () => {
  test('name the version in which the feed was off', async () => {
    await addTable(
      world.root,
      { share: 'sales', schema: 'shop', name: 'nofeed', location: 'orders', history: true },
      world,
    )
    const { status, message } = await refusal(await changes('nofeed', 'startingVersion=0'))
    expect({ status, message }).toEqual({
      status: 400,
      message: expect.stringMatching(/off in version 0 .*enableChangeDataFeed/),
    })
    expect(await told(await since('nofeed', { startingVersion: 1 }))).toEqual([
      'protocol',
      'metaData 1',
      'add 1',
      'add 1',
    ])
  })

  test('name the first version that a cleanup left, and no place of storage', async () => {
    await share('cleaned', {}, 'delta-rs')
    const store = world.tableAt('cleaned')
    await writeCheckpoint(store, await loadSnapshot(store, { version: 4 }), { runtime: world.runtime })
    await store.delete([0, 1, 2].map(formatCommitPath))
    for (const answer of [
      await changes('cleaned', 'startingVersion=2'),
      await since('cleaned', { startingVersion: 0 }),
    ]) {
      const { status, message } = await refusal(answer)
      expect({ status, message }).toEqual({ status: 400, message: expect.stringMatching(/first version .* is 4$/) })
      expect(message).not.toContain('memory')
    }
    expect(await told(await changes('cleaned', 'startingVersion=4&endingVersion=5'))).toHaveLength(5)
  })
})

describe('files from a version on', () => {
  test('are those that came and went, with the metadata where it changed; moved rows are passed over', async () => {
    const response = await since('spark-rewritten', { startingVersion: 3, endingVersion: 7 })
    expect(response.headers.get('delta-table-version')).toBe('3')
    expect(await told(response)).toEqual([
      ...['protocol', 'metaData 3', 'remove 3', 'metaData 4', 'add 5'],
      ...['add 6', 'add 6', 'remove 6'],
    ])
  })

  test('are actions of the log in the delta format, with the protocol if it is wanted', async () => {
    const body = { startingVersion: 5, includeHistoricalProtocol: true }
    expect(await told(await since('spark-rewritten', body, DELTA))).toEqual([
      ...['protocol 5', 'metaData 5', 'file.add 5', 'file.add 6', 'file.add 6'],
      ...['file.remove 6', 'file.remove 8', 'file.add 8'],
    ])
  })
})

test('the version at a moment is the first that is not older, to the millisecond', async () => {
  const store = world.tableAt('spark-rewritten')
  const history = (await loadHistory(store)).toReversed()
  for (const { version, timestamp } of history.slice(1)) {
    for (const moment of [timestamp, timestamp - 1]) {
      const since = new Date(moment).toISOString()
      const answer = await world.ask(`${TABLE}/spark-rewritten/version?startingTimestamp=${since}`)
      expect([version, answer.headers.get('delta-table-version')]).toEqual([version, String(version)])
    }
  }
})
