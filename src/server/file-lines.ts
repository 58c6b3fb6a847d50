import { type AddFile, deletionVectorPath } from '../log/index.ts'
import type { Caller } from './authenticate.ts'
import type { GrantedTable } from './catalog.ts'
import { dataKey } from './data-key.ts'
import { fileLine, type LineForm, linksExpireAt } from './file-line.ts'
import { type FileLink, type FileTicket, linkFile } from './file-link.ts'
import type { LoadedTable } from './loaded-table.ts'
import { partitionFilterId } from './partition-filter.ts'
import type { Service } from './service.ts'
import type { LinesAsked, SharedFile } from './signed-lines.ts'

export interface FileLinesRequest {
  readonly service: Service
  readonly caller: Caller
  readonly granted: GrantedTable
  readonly table: LoadedTable
  /** URL of this server as the recipient reaches it. */
  readonly base: string
  readonly form: LineForm
}

/**
 * Data files of a table as the recipient gets them, one after the other, each signed when it is its turn. No URL outlives
 * the token that it was asked for with.
 */
export async function* fileLines(
  request: FileLinesRequest,
  files: AsyncIterable<AddFile> | Iterable<AddFile>,
): AsyncGenerator<SharedFile> {
  const link = fileLinker(request)
  const { table, form } = request
  for await (const file of files) {
    const vectorPath = file.deletionVector && deletionVectorPath(file.deletionVector)
    const links = {
      file: await link({ key: dataKey(file), size: file.size }),
      vector: vectorPath === undefined ? undefined : await link({ key: dataKey({ path: vectorPath }) }),
    }
    const expiresAt = linksExpireAt(links)
    const lastEnd = Math.max(links.file.expiresAt, links.vector?.expiresAt ?? expiresAt)
    yield { line: fileLine(table, file, links, form), size: file.size, expiresAt, lastEnd }
  }
}

/** What the lines of an answer depend on. URLs that a store signs are the same for everybody, our own name whom they are for. */
export function linesAsked(
  { table, granted: { share, entry }, caller, base, form }: FileLinesRequest,
  hints: string,
): LinesAsked {
  const { id, leaks = [] } = caller.recipient
  const whom = table.store.presigner ? [] : [id, leaks.length, share.name, base]
  const about = [entry.id, partitionFilterId(entry), form.format, form.idHash, hints, ...whom]
  return { table, about: about.join('\n'), tokenExpiresAt: caller.tokenExpiresAt }
}

/** Makes the URLs of one answer. */
export function fileLinker({
  service,
  caller,
  granted: { share, entry },
  table,
  base,
}: Omit<FileLinesRequest, 'form'>): (file: Pick<FileTicket, 'key' | 'size'>) => Promise<FileLink> {
  const filter = partitionFilterId(entry)
  return (file) => {
    service.meter.add('signedUrls', 1)
    const ticket = {
      recipient: caller.recipient.name,
      recipientId: caller.recipient.id,
      leaks: caller.recipient.leaks?.length ?? 0,
      share: share.name,
      tableId: entry.id,
      ...(filter === undefined ? {} : { filter }),
      ...file,
      expiresAt: Math.min(service.runtime.now() + service.urlTtl, caller.tokenExpiresAt),
    }
    return linkFile(table.store, ticket, { ...service, base })
  }
}
