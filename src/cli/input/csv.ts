import { DeltaError } from '../../errors.ts'
import {
  type Row,
  type StructField,
  type StructType,
  type TextInference,
  textInference,
  textRow,
} from '../../schema/index.ts'
import { type Cells, delimitedRows } from './delimited.ts'
import { checkHeader, parseHeader } from './header.ts'
import type { Input, InputSchema } from './input.ts'
import { renameNotices } from './rename.ts'
import type { ByteSource } from './source.ts'

const BATCH_ROWS = 4096

/** How columns are called, given what stands in the header. */
export type NameColumns = (header: readonly string[]) => readonly string[]

/**
 * Comma- or tab-separated text with a header row. A column gets a type narrower than string only if every cell in it
 * parses and prints back the same, so the whole file is walked once for the schema and once for the rows.
 */
export function csvInput(source: ByteSource, delimiter: ',' | '\t', nameColumns: NameColumns): Input {
  const namesOf = (cells: Cells): readonly string[] => {
    const names = nameColumns(parseHeader(cells, source.name))
    checkHeader(names, source.name)
    return names
  }
  return {
    name: source.name,
    schema: () => inferSchema(source, delimiter, namesOf),
    rows: (schema) => typedRows(source, delimiter, namesOf, schema),
    close: () => source.close(),
  }
}

type NamesOf = (header: Cells) => readonly string[]

async function inferSchema(source: ByteSource, delimiter: ',' | '\t', namesOf: NamesOf): Promise<InputSchema> {
  let inference: TextInference | undefined
  let renamed: readonly string[] = []
  for await (const { cells } of delimitedRows(source, delimiter)) {
    if (inference === undefined) {
      const names = namesOf(cells)
      inference = textInference(names)
      renamed = renameNotices(parseHeader(cells, source.name), names)
    } else inference.add([cells.map(textOf)])
  }
  if (inference === undefined) throw noHeader(source.name)
  const { schema, notices } = inference.result()
  return { schema, notices: [...notices, ...renamed] }
}

async function* typedRows(
  source: ByteSource,
  delimiter: ',' | '\t',
  namesOf: NamesOf,
  schema: StructType,
): AsyncIterable<Row[]> {
  let parseRow: ((cells: Cells) => Row) | undefined
  let rows: Row[] = []
  for await (const { cells } of delimitedRows(source, delimiter)) {
    if (parseRow === undefined) parseRow = rowParser(namesOf(cells), schema)
    else if (rows.push(parseRow(cells)) === BATCH_ROWS) {
      yield rows
      rows = []
    }
  }
  if (parseRow === undefined) throw noHeader(source.name)
  if (rows.length > 0) yield rows
}

/** An empty cell is null; one that is quoted, `""`, is an empty string where the column is text. */
function rowParser(names: readonly string[], schema: StructType): (cells: Cells) => Row {
  const parse = textRow(names, schema)
  const holdsText = names.map((name) => isText(schema.fields.find((field) => field.name === name)))
  return (cells) => {
    const row = parse(cells.map(textOf))
    if (!cells.includes('')) return row
    const quoted = names.flatMap((name, i) => (cells[i] === '' && holdsText[i] === true ? [[name, ''] as const] : []))
    return { ...row, ...Object.fromEntries(quoted) }
  }
}

function isText(field: StructField | undefined): boolean {
  return field?.type.type === 'string'
}

function textOf(cell: string | null): string {
  return cell ?? ''
}

function noHeader(name: string): DeltaError {
  return new DeltaError('invalid-data', `${name} holds nothing but blank lines: expected a header row and rows`, {
    file: name,
  })
}
