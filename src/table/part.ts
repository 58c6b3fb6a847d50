import { decodePath, encodePath, formatAdd } from '../log/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { readRows } from '../scan/index.ts'
import { parseSchema, parseStats, type Row } from '../schema/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { reachFiles } from './reach-files.ts'
import type { ReadOptions } from './read.ts'
import { addsOf, type StagedPart } from './stage.ts'

/** One data file of a staged part. */
export interface PartFile {
  /** Object key, relative to where the part was staged; the table that it is committed to has it there too. */
  readonly key: string
  readonly bytes: number
  readonly rows: number
}

/** The data files of a staged part, for whoever moves them. @throws {DeltaError} `invalid-data` when it is no part. */
export function partFiles(part: StagedPart): PartFile[] {
  const schema = parseSchema(part.schema)
  return addsOf(part).map(({ path, size, stats }) => ({
    key: decodePath(path),
    bytes: size,
    rows: (stats === undefined ? undefined : parseStats(schema, stats).numRecords) ?? 0,
  }))
}

/** The same part under other keys: the files must be copied there before it is committed. */
export function renamePart(part: StagedPart, rename: (key: string) => string): StagedPart {
  const files = addsOf(part).map((add) => formatAdd({ ...add, path: encodePath(rename(decodePath(add.path))) }))
  return { ...part, files }
}

/**
 * The rows of a staged part, read from its files as those of a table are.
 * @throws {DeltaError} `not-found` where a file is gone; `invalid-data` where it is damaged.
 */
export async function* readPart(
  part: StagedPart,
  { store, ...options }: ReadOptions & { readonly store: ObjectStore },
): AsyncGenerator<Row> {
  const schema = parseSchema(part.schema)
  const where = options.where === undefined ? undefined : parseFilter(options.where, schema)
  const reach = reachFiles(store)
  const files = addsOf(part).map((file) => ({ file, ...reach }))
  yield* readRows(files, { ...options, where, schema, partitionColumns: [], matchBy: 'name' })
}
