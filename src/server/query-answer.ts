import type { AddFile } from '../log/index.ts'
import { type EndStreamLine, parseTableQuery, type TableQuery } from '../wire/index.ts'
import { endedLines } from './answer-end.ts'
import { type AnswerHead, answerHead, answerHeaders } from './answer-head.ts'
import { noteHints } from './audit-record.ts'
import { readBody } from './body.ts'
import type { GrantedTable } from './catalog.ts'
import { answerChangedFiles } from './changes-answer.ts'
import { directoryFacts } from './directory-access.ts'
import { chooseFiles, shownFiles } from './file-filter.ts'
import { fileLines, linesAsked } from './file-lines.ts'
import { type Answer, answerOf } from './http.ts'
import type { LoadedTable } from './loaded-table.ts'
import { choosePage, FIRST_PAGE, type FilePage, MAX_PAGE_FILES } from './query-page.ts'
import { type Asked, formatPageStart, formatRefresh, parsePin, pinExpiry, type QueryPin } from './query-pin.ts'
import type { Service } from './service.ts'
import { loadPinned, loadShown } from './shown-table.ts'
import { shownTotals } from './shown-totals.ts'
import { runsOf } from './signed-lines.ts'
import { encodeLines, primed } from './stream.ts'
import { type ClientWishes, findGranted, loadingTable, parseWishes, type TableRequest } from './table-request.ts'

/**
 * `POST …/query`: protocol, metadata and one line a file, streamed as fast as the client reads. Conditions and limit of
 * the query are hints, by which files are left out that hold nothing wanted.
 */
export async function answerQuery(about: TableRequest): Promise<Answer> {
  const wishes = parseWishes(about.request)
  const granted = await findGranted(about)
  const query = parseTableQuery(await readBody(about.request))
  noteHints(about.call.record, query)
  if (query.startingVersion !== undefined) return answerChangedFiles(about, granted, wishes, query)
  const asked: Asked = { caller: about.caller, entry: granted.entry, query }
  const pin = await parsePin(about.service, asked)
  const table = await loadAsked(about, granted, query, pin)
  const totals = pin?.page?.facts ?? (await shownTotals(table, granted.entry))
  const facts = { ...totals, ...(await directoryFacts(about.service, granted.entry)) }
  const head = answerHead(table, granted.entry, wishes, { name: about.name, facts, needed: pin?.page?.needed })
  const page = await pageAsked(about.service, asked, table, pin)
  const isEnded = wishes.includeEndStreamAction || page !== undefined || query.includeRefreshToken
  const tokens = await tokensOf(about, asked, { table, pin, head, next: page?.next })
  const files = page?.files ?? wholeAnswer(about.service, table, granted, query)
  const asksFor = page === undefined ? hintsOf(query) : undefined
  const ended = isEnded ? tokens : undefined
  const body = await queryLines(about, { granted, table, head, files, asksFor, wishes, tokens: ended })
  const headers = answerHeaders(table, head.format, { wishes, endsWithAction: isEnded })
  return answerOf({ chunks: encodeLines(body), onEnd: about.call.defer() }, { headers })
}

function loadAsked(
  { service, name, call }: TableRequest,
  { entry }: GrantedTable,
  query: TableQuery,
  pin: QueryPin | undefined,
): Promise<LoadedTable> {
  return loadingTable(name, async () => {
    const { snapshots } = service
    const table = await (pin ? loadPinned(snapshots, entry, query, pin) : loadShown(snapshots, entry, query))
    call.record.version = table.version
    return table
  })
}

/** A page, where the client wants pages. */
async function pageAsked(
  { runtime }: Service,
  { entry, query }: Asked,
  table: LoadedTable,
  pin: QueryPin | undefined,
): Promise<FilePage | undefined> {
  const { maxFiles, pageToken } = query
  if (maxFiles === undefined && pageToken === undefined) return undefined
  return choosePage({ table, entry, query, runtime }, pin?.page ?? FIRST_PAGE, maxFiles ?? MAX_PAGE_FILES)
}

/** Hints beyond this are not likely to come again, and would have to be kept. */
const MAX_HINTS = 1000

/** What decides which files of a table are in an answer. */
function hintsOf({ sqlHints, jsonHint, limit }: TableQuery): string | undefined {
  const hints = JSON.stringify([sqlHints, jsonHint, limit])
  return hints.length > MAX_HINTS ? undefined : hints
}

async function* wholeAnswer(
  { runtime }: Service,
  table: LoadedTable,
  { entry }: GrantedTable,
  query: TableQuery,
): AsyncGenerator<AddFile> {
  for await (const { file } of chooseFiles(shownFiles(table, entry), { query, table, runtime })) yield file
}

/** Files in the order of one loaded table, which stays, without so many at the beginning. */
async function* dropped(files: AsyncIterable<AddFile> | Iterable<AddFile>, count: number): AsyncGenerator<AddFile> {
  let left = count
  for await (const file of files) if (left-- <= 0) yield file
}

/** The tokens by which the answer goes on and can be had again. */
async function tokensOf(
  { service }: TableRequest,
  asked: Asked,
  {
    table,
    pin,
    head,
    next,
  }: {
    readonly table: LoadedTable
    readonly pin: QueryPin | undefined
    readonly head: AnswerHead
    readonly next: FilePage['next']
  },
): Promise<EndStreamLine> {
  const [signingKey = ''] = await service.signingKeys()
  const answer = { version: table.version, deltaId: table.metadata.id, expiresAt: pinExpiry(service, pin) }
  const page = next && { ...next, needed: head.needed, facts: head.facts }
  return {
    ...(asked.query.includeRefreshToken ? { refreshToken: formatRefresh(signingKey, asked, answer) } : {}),
    ...(page === undefined ? {} : { nextPageToken: formatPageStart(signingKey, asked, { ...answer, page }) }),
  }
}

/** The first file is signed before the status is decided: a store that refuses can still become an error answer. */
async function queryLines(
  { service, caller, call, request }: TableRequest,
  {
    granted,
    table,
    head,
    files,
    asksFor,
    wishes,
    tokens,
  }: {
    readonly granted: GrantedTable
    readonly table: LoadedTable
    readonly head: AnswerHead
    readonly files: AsyncIterable<AddFile> | Iterable<AddFile>
    /** All that decides which files they are, beside the table; undefined for a page. */
    readonly asksFor: string | undefined
    readonly wishes: ClientWishes
    readonly tokens: EndStreamLine | undefined
  },
): Promise<AsyncGenerator<string | Uint8Array<ArrayBuffer>>> {
  const form = { format: head.format, idHash: head.idHash, tableId: granted.entry.id, hideStats: service.hideStats }
  const base = service.baseOf(request)
  const about = { service, caller, granted, table, base, form }
  const makeLines = (without: number) => runsOf(fileLines(about, dropped(files, without)), service.runtime)
  const shared = await primed(
    asksFor === undefined ? makeLines(0) : service.signedLines.reused(linesAsked(about, asksFor), makeLines),
  )
  const { record } = call
  let minUrlExpirationTimestamp: number | undefined
  record.files = 0
  record.bytes = 0
  async function* lines(): AsyncGenerator<string | Uint8Array<ArrayBuffer>> {
    yield head.lines
    for await (const { bytes, files, size, firstEnd } of shared) {
      record.files = (record.files ?? 0) + files
      record.bytes = (record.bytes ?? 0) + size
      minUrlExpirationTimestamp = Math.min(firstEnd, minUrlExpirationTimestamp ?? firstEnd)
      yield bytes
    }
  }
  const line = tokens && (() => ({ ...tokens, minUrlExpirationTimestamp }))
  return endedLines(lines(), { line, tellsErrors: wishes.includeEndStreamAction }, call)
}
