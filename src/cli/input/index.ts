import { DeltaError } from '../../errors.ts'
import { renameColumns, type StructType } from '../../schema/index.ts'
import { pathOf, type Session } from '../session.ts'
import { arrowInput } from './arrow.ts'
import { csvInput } from './csv.ts'
import { formatOf, INPUT_FORMATS, type InputFormat } from './format.ts'
import type { Input, Rows } from './input.ts'
import { jsonInput, jsonLinesInput } from './json.ts'
import { parquetInput } from './parquet.ts'
import { renamedInput } from './rename.ts'
import { type ByteSource, fileSource, stdinSource } from './source.ts'

export { INPUT_FORMATS, type InputFormat } from './format.ts'
export type { Input, InputSchema, Rows } from './input.ts'

export interface InputOptions {
  /** What the file name tells, unless given. */
  readonly format?: InputFormat | undefined
  /** Gives columns whose names Delta forbids other names. */
  readonly rename?: boolean
}

type Surroundings = Pick<Session, 'cwd' | 'stdin' | 'signal' | 'progress'>

/**
 * Opens a file of rows, or stdin for `-`. Close it after use.
 * @throws {DeltaError} `not-found`, `permission-denied`, `invalid-argument` or `invalid-data`: it cannot be read at all.
 */
export async function openInput(
  from: string,
  { format, rename = false }: InputOptions,
  session: Surroundings,
): Promise<Input> {
  const source = await sourceOf(from, format, session)
  try {
    return await inputOf(source, format ?? formatOf(from), rename, session.signal)
  } catch (error) {
    await source.close()
    throw error
  }
}

/**
 * The rows for a table that is there. The file is read for what it finds out about itself (mixed columns become text), not
 * for its types: the table has its own.
 */
export async function rowsInto(schema: StructType, input: Input): Promise<Rows> {
  await input.schema()
  return input.rows(schema)
}

async function sourceOf(from: string, format: InputFormat | undefined, session: Surroundings): Promise<ByteSource> {
  if (from !== '-') return fileSource(pathOf(from, session), from, session)
  if (format !== undefined) return stdinSource(session.stdin, session.signal)
  throw new DeltaError(
    'invalid-argument',
    `stdin has no name that tells its format: say --format ${INPUT_FORMATS.join('|')}`,
  )
}

async function inputOf(source: ByteSource, format: InputFormat, rename: boolean, signal: AbortSignal): Promise<Input> {
  const named = (input: Input): Input | Promise<Input> => (rename ? renamedInput(input) : input)
  switch (format) {
    case 'json':
      return named(jsonInput(source))
    case 'jsonl':
      return named(jsonLinesInput(source))
    case 'csv':
      return csvInput(source, ',', rename ? renameColumns : asTheyAre)
    case 'tsv':
      return csvInput(source, '\t', rename ? renameColumns : asTheyAre)
    case 'parquet':
      return named(await parquetInput(source, signal))
    case 'arrow':
      return named(await arrowInput(source))
  }
}

function asTheyAre(names: readonly string[]): readonly string[] {
  return names
}
