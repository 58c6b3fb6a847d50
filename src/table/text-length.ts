import { DeltaError } from '../errors.ts'
import { lengthOf, type StructField, type StructType } from '../schema/index.ts'
import { pathReader, type RowsCheck } from './check-constraints.ts'

/**
 * A check that texts are no longer than their columns say, in characters: `varchar(5)` and `char(5)` are kept in the
 * metadata of a string column, and binding for writers (delta-spark, `CharVarcharConstraint`). A shorter `char` is
 * written as it is: readers pad it.
 * @throws {DeltaError} `unsupported` for a limit on texts inside other values.
 */
export function textLengthCheck(schema: StructType): RowsCheck {
  const columns = schema.fields.flatMap((field) => {
    const limit = limitOf(field)
    return limit === undefined ? [] : [{ ...field, limit, read: pathReader([field.name]) }]
  })
  return (batch, rowNumber) => {
    const length = columns.length === 0 ? 0 : lengthOf(batch)
    for (let index = 0; index < length; index++) {
      for (const { name, metadata, limit, read } of columns) {
        const value = read(batch, index)
        if (typeof value !== 'string' || !isLonger(value, limit)) continue
        const [row, type] = [rowNumber(index), metadata[SQL_TYPE]]
        const message = `row ${row}, column ${JSON.stringify(name)} (${type}): expected at most ${limit} characters, found ${Array.from(value).length}`
        throw new DeltaError('invalid-argument', message, { row, column: name })
      }
    }
  }
}

const SQL_TYPE = '__CHAR_VARCHAR_TYPE_STRING'

function limitOf({ name, metadata }: StructField): number | undefined {
  const type = metadata[SQL_TYPE]
  if (type === undefined) return undefined
  const limit = /^(?:var)?char\((\d+)\)$/i.exec(String(type))?.[1]
  if (limit !== undefined) return Number(limit)
  const message = `rows cannot be written: the column ${JSON.stringify(name)} is ${type}, and the length of texts inside other values is not checked; write them with Spark`
  throw new DeltaError('unsupported', message, { feature: 'char and varchar', column: name })
}

/** A character may be two units of UTF-16, so only a text of more units is worth counting. */
function isLonger(text: string, limit: number): boolean {
  return text.length > limit && Array.from(text).length > limit
}
