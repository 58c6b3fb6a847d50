import { DeltaError } from '../errors.ts'
import type { Codec } from '../parquet/index.ts'
import { command } from './command.ts'
import { formatBytes, formatCount } from './grid.ts'
import { inputOptions } from './input-options.ts'
import { flag, optional, repeated, withDefault } from './option.ts'
import { answer } from './session.ts'
import { jsonObject, names, oneOf, property, text, wholeNumber } from './value.ts'
import { MODES, writeFile } from './write-file.ts'

const CODECS = ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'] as const satisfies readonly Codec[]

export const tableWrite = command({
  name: 'write',
  summary: 'write a file of rows into a table, in one commit',
  details: `Examples:
  deltaquill table write ./weather --from weather.csv
  deltaquill table write s3://bucket/sales --from sales.parquet --mode append --partition-by country
  deltaquill table write ./sales --from de.csv --mode overwrite --where '{"country": "DE"}'
  cat rows.jsonl | deltaquill table write ./rows --from - --format jsonl

Strings in JSON stay strings. A CSV column becomes a number, boolean, date or timestamp only if every cell in it
is one and prints back the same: 007 stays text. An empty cell is null, "" is an empty string.`,
  arguments: { location: 'the table' },
  options: {
    from: inputOptions.from,
    format: inputOptions.format,
    mode: withDefault(
      'mode',
      'where a table is already: error, append (to its rows) or overwrite (all of them, or those of --where)',
      oneOf(...MODES),
      'error',
    ),
    where: optional('json', 'with --mode overwrite: only rows that pass, which all new rows must', jsonObject),
    schema: optional('file', 'Delta schema JSON for a table that is new or overwritten, else inferred or kept', text),
    partitionBy: optional('a,b', 'partition columns of a new table, or with --schema of one overwritten', names),
    mergeSchema: flag('let new columns into the table (not supported yet)'),
    renameColumns: inputOptions.renameColumns,
    property: repeated('key=value', 'a property of a new table, such as delta.appendOnly=true', property),
    codec: optional(
      'codec',
      `how data files are compressed: ${CODECS.join(', ')}; snappy unless the table says otherwise`,
      oneOf(...CODECS),
    ),
    appId: optional('id', 'with --app-version: write once, however often this is run', text),
    appVersion: optional('n', 'with --app-id: the number of this batch, going up', wholeNumber),
  },
  async run({ location, mode, mergeSchema, appId, appVersion, ...request }, session) {
    if (mergeSchema) throw notThereYet('--merge-schema', 'schema evolution', 'write to a new table')
    if (request.where !== undefined && mode !== 'overwrite') {
      throw new DeltaError('invalid-argument', '--where goes with --mode overwrite: it says which rows are replaced')
    }
    const txn = transactionOf(appId, appVersion)
    const result = await writeFile(location, { ...request, mode, txn }, session)
    const { version, rows, files, bytes, skipped } = result
    await answer(session, { version, rows, files, bytes, skipped }, () =>
      result.skipped
        ? `nothing written: ${location} has this batch already (version ${result.version})`
        : `wrote ${formatCount(result.rows, 'row')} in ${formatCount(result.files, 'file')} (${formatBytes(result.bytes)}) to ${location}, version ${result.version}`,
    )
  },
})

function notThereYet(option: string, feature: string, wayOut: string): DeltaError {
  return new DeltaError('unsupported', `${option} is not supported yet: ${wayOut}`, { feature })
}

function transactionOf(
  appId: string | undefined,
  version: number | undefined,
): { appId: string; version: number } | undefined {
  if (appId !== undefined && version !== undefined) return { appId, version }
  if (appId === undefined && version === undefined) return undefined
  throw new DeltaError('invalid-argument', '--app-id and --app-version go together: give both, or neither')
}
