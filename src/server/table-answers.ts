import { parseInstant, parsePointQuery, TABLE_VERSION_HEADER, type UrlParameters } from '../wire/index.ts'
import { answerHead, answerHeaders, versionHeaders } from './answer-head.ts'
import { directoryFacts } from './directory-access.ts'
import { type Answer, answerOf } from './http.ts'
import { firstVersionSince, loadShown } from './shown-table.ts'
import { shownTotals } from './shown-totals.ts'
import { findGranted, loadingTable, parseWishes, type TableRequest } from './table-request.ts'

/** `GET …/version` and `HEAD` of the table: the version is in a header, the body is empty. */
export async function answerVersion(about: TableRequest, startingTimestamp?: string): Promise<Answer> {
  const { service, name, call } = about
  const { entry } = await findGranted(about)
  const headers = await loadingTable(name, async () =>
    startingTimestamp === undefined
      ? versionHeaders(await loadShown(service.snapshots, entry))
      : versionHeaders({ version: await firstVersionSince(service.snapshots, entry, parseInstant(startingTimestamp)) }),
  )
  call.record.version = Number(headers[TABLE_VERSION_HEADER])
  return answerOf(null, { headers: { ...headers, 'cache-control': 'no-store' } })
}

/** `GET …/metadata`: exactly two lines, whatever the client says of a line at the end. */
export async function answerMetadata(about: TableRequest, parameters: UrlParameters): Promise<Answer> {
  const { service, name, call, request } = about
  const wishes = parseWishes(request)
  const { entry } = await findGranted(about)
  const point = parsePointQuery(parameters)
  const table = await loadingTable(name, () => loadShown(service.snapshots, entry, point))
  call.record.version = table.version
  const facts = { ...(await shownTotals(table, entry)), ...(await directoryFacts(service, entry)) }
  const head = answerHead(table, entry, wishes, { name, facts })
  return answerOf(head.lines, { headers: answerHeaders(table, head.format, { wishes, endsWithAction: false }) })
}
