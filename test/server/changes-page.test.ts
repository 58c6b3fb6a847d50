import { describe, expect, test } from 'vitest'
import { formatCommit, formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { setTable } from '../../src/manifest/index.ts'
import { DELTA, openChanges, refusal } from './shared-changes.ts'
import { linesOf } from './world.ts'

const { world, share, changes, since } = await openChanges()

describe('changes page by page', () => {
  /** All pages: the lines of each, without the first two and the last. */
  async function pagesOf(table: string, query: string, headers: Record<string, string>): Promise<string[][]> {
    const pages: string[][] = []
    const heads = new Set<string>()
    for (let token: string | undefined = ''; token !== undefined; ) {
      const answer: Response = await changes(table, `${query}${token && `&pageToken=${token}`}`, headers)
      expect(answer.headers.get('delta-sharing-capabilities')).toMatch(/includeendstreamaction=true$/)
      const lines = (await answer.text()).trimEnd().split('\n')
      heads.add(lines.slice(0, 2).join())
      pages.push(lines.slice(2, -1))
      expect(pages.length).toBeLessThan(50)
      const { endStreamAction } = JSON.parse(lines.at(-1) ?? '')
      token = endStreamAction.nextPageToken
      if (token !== undefined) expect(token).toMatch(/^[\w.-]+$/)
    }
    expect(heads.size).toBe(1)
    return pages
  }

  const withoutLinks = (line: string): unknown =>
    JSON.parse(line, (key, value) => (/^(url|path|pathOrInlineDv|expirationTimestamp)$/.test(key) ? undefined : value))

  test.each([
    ['delta-rs', {}, 3],
    ['delta-rs', DELTA, 1],
    ['spark-rewritten', {}, 2],
    ['spark-deletion-vectors', DELTA, 1],
    ['spark-deletion-vectors', DELTA, 3],
  ])('are the same as in one answer: %s %j, %i files a page', async (table, headers, size) => {
    const query = 'startingVersion=1&includeHistoricalMetadata=true'
    const whole = (await (await changes(table, query, headers)).text()).trimEnd().split('\n').slice(2)
    const pages = await pagesOf(table, `${query}&maxFiles=${size}`, headers)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat().map(withoutLinks)).toEqual(whole.map(withoutLinks))
  })

  test('go on for who asked, the same question, as long as it is shared', async () => {
    const [line] = (await linesOf(await changes('delta-rs', 'startingVersion=0&maxFiles=1'))).slice(-1)
    const token = line?.endStreamAction?.nextPageToken
    expect((await changes('delta-rs', `startingVersion=0&pageToken=${token}`)).status).toBe(200)
    for (const answer of [
      await changes('delta-rs', `startingVersion=1&pageToken=${token}`),
      await changes('spark-rewritten', `startingVersion=0&pageToken=${token}`),
      await since('delta-rs', { startingVersion: 0, pageToken: token }),
      await changes('delta-rs', 'startingVersion=0&pageToken=x'),
    ]) {
      expect(await refusal(answer)).toMatchObject({ status: 400, message: expect.stringMatching(/invalid pageToken/) })
    }
  })

  test.each([
    ['moved', {}],
    ['moved-delta', DELTA],
  ])('begin alike, whatever the table becomes meanwhile: %s', async (name, headers) => {
    await share(name, {}, 'delta-rs')
    const [protocol, metaData, , end] = await linesOf(await changes(name, 'startingVersion=0&maxFiles=1', headers))
    const store = world.tableAt(name)
    const { version, metadata } = await loadSnapshot(store)
    const commit = formatCommit([{ metaData: { ...metadata, description: 'changed' } }])
    await store.put(formatCommitPath(version + 1), new TextEncoder().encode(commit), { mode: 'create' })
    await world.runtime.sleep(10_000)
    const next = `startingVersion=0&maxFiles=1&pageToken=${end?.endStreamAction?.nextPageToken}`
    expect((await linesOf(await changes(name, next, headers))).slice(0, 2)).toEqual([protocol, metaData])
    const [, newest] = await linesOf(await changes(name, 'startingVersion=0', headers))
    expect(JSON.stringify(newest)).toMatch('changed')
  })

  test('do not go on in another table that was put in the place of the first', async () => {
    await share('replaced', {}, 'delta-rs')
    const [line] = (await linesOf(await changes('replaced', 'startingVersion=0&maxFiles=1'))).slice(-1)
    const next = `startingVersion=0&maxFiles=1&pageToken=${line?.endStreamAction?.nextPageToken}`
    await setTable(world.root, { share: 'sales', schema: 'shop', name: 'replaced', location: 'spark-rewritten' }, world)
    await world.runtime.sleep(10_000)
    expect(await refusal(await changes('replaced', next))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/began is no longer shared/),
    })
  })
})
