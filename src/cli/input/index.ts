import { renameColumns } from '../../schema/index.ts'
import { pathOf, type Session } from '../session.ts'
import { arrowInput } from './arrow.ts'
import { csvInput } from './csv.ts'
import { formatOf, type InputFormat } from './format.ts'
import type { Input } from './input.ts'
import { jsonInput, jsonLinesInput } from './json.ts'
import { parquetInput } from './parquet.ts'
import { renamedInput } from './rename.ts'
import { type ByteSource, fileSource, stdinSource } from './source.ts'

export { INPUT_FORMATS } from './format.ts'
export type { Input, InputSchema, Rows } from './input.ts'

export interface InputOptions {
  /** What the file name tells, unless given. */
  readonly format?: InputFormat | undefined
  /** Gives columns whose names Delta forbids other names. */
  readonly rename?: boolean
}

/**
 * Opens a file of rows, or stdin for `-`. Close it after use.
 * @throws {DeltaError} `not-found`, `permission-denied`, `invalid-argument` or `invalid-data`: it cannot be read at all.
 */
export async function openInput(
  from: string,
  { format, rename = false }: InputOptions,
  session: Pick<Session, 'cwd' | 'stdin' | 'signal'>,
): Promise<Input> {
  const known = format ?? formatOf(from)
  const source =
    from === '-'
      ? await stdinSource(session.stdin, session.signal)
      : await fileSource(pathOf(from, session), from, session.signal)
  try {
    return await inputOf(source, known, rename, session.signal)
  } catch (error) {
    await source.close()
    throw error
  }
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
