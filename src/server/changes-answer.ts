import { DeltaError, isDeltaError } from '../errors.ts'
import { type ChangeRange, type ChangeTelling, loadChanges } from '../log/index.ts'
import { parseChangesQuery, type TableQuery, type UrlParameters } from '../wire/index.ts'
import { endedLines } from './answer-end.ts'
import { answerHeaders } from './answer-head.ts'
import type { GrantedTable } from './catalog.ts'
import { changeLines } from './change-lines.ts'
import { changesHead, type HistoryWishes } from './changes-head.ts'
import { changesPage } from './changes-page.ts'
import {
  type ChangesAsked,
  type ChangesPin,
  type ChangesPosition,
  changesExpiry,
  formatChangesPin,
  parseChangesPin,
} from './changes-pin.ts'
import { pinnedRange, shownRange } from './changes-range.ts'
import { fileLinker } from './file-lines.ts'
import { type Answer, answerOf } from './http.ts'
import type { LoadedTable } from './loaded-table.ts'
import { checkSameTable, nameOf } from './shown-table.ts'
import { encodeLines, primed } from './stream.ts'
import { type ClientWishes, findGranted, loadingTable, parseWishes, type TableRequest } from './table-request.ts'

/** `GET …/changes`: the rows that changed from version to version, as the table's change data feed tells them. */
export async function answerChanges(about: TableRequest, parameters: UrlParameters): Promise<Answer> {
  const wishes = parseWishes(about.request)
  const granted = await findGranted(about)
  const { includeHistoricalMetadata, includeHistoricalProtocol, ...query } = parseChangesQuery(parameters)
  const history = { metadata: includeHistoricalMetadata, protocol: includeHistoricalProtocol }
  return answerRange(about, { granted, wishes, query, history, telling: 'feed' })
}

/**
 * `POST …/query` with a starting version: the files that came and went from version to version, by which a reader keeps up
 * with a table. The metadata is told again where it changed.
 */
export async function answerChangedFiles(
  about: TableRequest,
  granted: GrantedTable,
  wishes: ClientWishes,
  query: TableQuery,
): Promise<Answer> {
  const history = { metadata: true, protocol: query.includeHistoricalProtocol }
  return answerRange(about, { granted, wishes, query, history, telling: 'files' })
}

interface RangeQuery {
  readonly startingVersion?: number
  readonly startingTimestamp?: number
  readonly endingVersion?: number
  readonly endingTimestamp?: number
  readonly maxFiles?: number
  readonly pageToken?: string
}

interface RangeRequest {
  readonly granted: GrantedTable
  readonly wishes: ClientWishes
  readonly query: RangeQuery
  readonly history: HistoryWishes
  readonly telling: ChangeTelling
}

async function answerRange(about: TableRequest, asked: RangeRequest): Promise<Answer> {
  const { service, caller, call, name, request } = about
  const { granted, wishes, query, history } = asked
  const scope = scopeOf(about, asked)
  const pin = query.pageToken === undefined ? undefined : await parseChangesPin(service, scope, query.pageToken)
  const { newest, range } = await loadingTable(name, () => loadRange(about, asked, pin))
  call.record.version = range.from
  const head = changesHead(range, newest, { name, wishes, history, format: pin?.format })
  // The first file is signed before the status is decided: a store that refuses can still become an error answer.
  const changes = await primed(
    changeLines({
      store: newest.store,
      entry: granted.entry,
      range,
      head,
      form: { format: head.format, idHash: head.idHash, tableId: granted.entry.id, hideStats: service.hideStats },
      link: fileLinker({ service, caller, granted, table: newest, base: service.baseOf(request) }),
      position: pin?.position ?? { version: range.from, files: 0 },
    }),
  )
  const { from, to } = range
  const { id: deltaId } = range.start.metadata
  const { format } = head
  const [signingKey = ''] = await service.signingKeys()
  const expiresAt = pin?.expiresAt ?? changesExpiry(service)
  const tokenFor = (position: ChangesPosition): string =>
    formatChangesPin(signingKey, scope, { deltaId, from, to, newest: newest.version, position, format, expiresAt })
  const page = changesPage(head.lines, changes, { maxFiles: query.maxFiles, tokenFor, record: call.record })
  const endsWithAction = wishes.includeEndStreamAction || query.maxFiles !== undefined || pin !== undefined
  const end = { line: endsWithAction ? page.end : undefined, tellsErrors: wishes.includeEndStreamAction }
  const chunks = encodeLines(endedLines(page.lines, end, call))
  const headers = answerHeaders(range.start, format, { wishes, endsWithAction })
  return answerOf({ chunks, onEnd: call.defer() }, { headers })
}

/** All that decides what an answer holds. */
function scopeOf(
  { caller }: TableRequest,
  { granted: { entry }, query, history, telling }: RangeRequest,
): ChangesAsked {
  const { startingVersion, startingTimestamp, endingVersion, endingTimestamp } = query
  const ends = [startingVersion, startingTimestamp, endingVersion, endingTimestamp]
  return { caller, entry, wanted: [telling, ...ends.map((end) => end ?? null), history.metadata, history.protocol] }
}

async function loadRange(
  { service: { snapshots } }: TableRequest,
  { granted: { entry }, query, telling }: RangeRequest,
  pin: ChangesPin | undefined,
): Promise<{ readonly newest: LoadedTable; readonly range: ChangeRange }> {
  const { from, to, newest } = await (pin ? pinnedRange(snapshots, entry, pin) : shownRange(snapshots, entry, query))
  const stateAt = (version: number): Promise<LoadedTable> => snapshots.at(entry.location, version)
  try {
    const range = await loadChanges(newest.store, { from, to, telling, stateAt })
    if (pin) checkSameTable(entry, range.start, pin.deltaId)
    return { newest, range }
  } catch (cause) {
    // The table is there, but not all of its past.
    if (!isDeltaError(cause, 'not-found')) throw cause
    throw new DeltaError('invalid-argument', `table ${nameOf(entry)}: ${cause.message}`, { cause })
  }
}
