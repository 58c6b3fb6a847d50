import type { AddFile, Snapshot } from '../log/index.ts'
import { parseStats } from '../schema/index.ts'
import { type FileLine, fileId } from '../wire/index.ts'
import type { Caller } from './authenticate.ts'
import type { GrantedTable } from './catalog.ts'
import { dataKey } from './data-key.ts'
import { linkFile } from './file-link.ts'
import type { Service } from './service.ts'
import type { LoadedTable } from './snapshot-cache.ts'

export interface FileLinesRequest {
  readonly service: Service
  readonly caller: Caller
  readonly granted: GrantedTable
  readonly loaded: LoadedTable
  /** URL of this server as the recipient reaches it. */
  readonly base: string
  /** Rows after which no further file is needed. */
  readonly limit?: number | undefined
}

/** Some clients read lines of at most 8 MiB; statistics are a help that can be left out. */
const MAX_STATS_CHARACTERS = 4 * 1024 * 1024

/**
 * The data files of a table as the recipient gets them, one after the other, each signed when it is its turn. No URL
 * outlives the token that it was asked for with.
 */
export async function* fileLines({
  service,
  caller,
  granted: { share, entry },
  loaded: { store, snapshot },
  base,
  limit,
}: FileLinesRequest): AsyncGenerator<FileLine> {
  for (const file of firstFiles(snapshot, limit)) {
    const ticket = {
      recipient: caller.recipient.name,
      share: share.name,
      tableId: entry.id,
      key: dataKey(file),
      size: file.size,
      expiresAt: Math.min(service.runtime.now() + service.urlTtl, caller.tokenExpiresAt),
    }
    const { url, expiresAt } = await linkFile(store, ticket, { ...service, base })
    yield {
      url,
      id: fileId(entry.id, file.path),
      partitionValues: file.partitionValues,
      size: file.size,
      stats: file.stats !== undefined && file.stats.length <= MAX_STATS_CHARACTERS ? file.stats : undefined,
      expirationTimestamp: expiresAt,
    }
  }
}

/** As many files as certainly hold `limit` rows; a file that does not say how many it has counts as none. */
function* firstFiles(snapshot: Snapshot, limit: number | undefined): Generator<AddFile> {
  let rows = 0
  for (const file of snapshot.files()) {
    if (limit !== undefined && rows >= limit) return
    yield file
    if (limit !== undefined && file.stats !== undefined) rows += parseStats(snapshot.schema, file.stats).numRecords ?? 0
  }
}
