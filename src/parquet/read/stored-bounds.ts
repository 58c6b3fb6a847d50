import type { SchemaElement } from 'hyparquet'
import type { PhysicalValue } from '../../schema/index.ts'
import { VALUE_BYTES } from '../encoding/leaf-type.ts'
import type { StoredValue } from '../encoding/plain-decoder.ts'
import { decodePlain } from '../encoding/plain-decoder.ts'
import type { StoredStatistics } from './file-metadata.ts'
import { integerName } from './leaf-delta-type.ts'
import { isDecimal, type LeafReader } from './leaf-reader.ts'

/** What is known of the values of a column in some rows; undefined is not known. */
export interface ColumnBounds {
  readonly nullCount: number | undefined
  readonly min: PhysicalValue | undefined
  readonly max: PhysicalValue | undefined
  /** Whether NaN, which Parquet's bounds leave out, may stand beside them. */
  readonly mayHoldNaN: boolean
}

/**
 * Statistics as bounds of the values as they are read. Never throws: what cannot be trusted is not known. Not trusted are
 * bounds in the deprecated fields, unless of signed numbers (writers disagreed on the order of everything else); bounds
 * that are NaN; those of INT96, which has no order; and those that were cut where a cut value is none: texts that are no
 * UTF-8 any more, and values of a fixed width without it. Whether a bound is exact does not matter to a bound.
 */
export function storedBounds(
  { nullCount, min, max, deprecated }: StoredStatistics,
  element: SchemaElement,
  leaf: LeafReader,
): ColumnBounds {
  const mayHoldNaN = isFloat(element)
  const unknown = { nullCount, min: undefined, max: undefined, mayHoldNaN }
  if (deprecated && !isSignedNumber(element)) return unknown
  const bounds = { min: parseBound(min, element, leaf), max: parseBound(max, element, leaf) }
  if (Number.isNaN(bounds.min) || Number.isNaN(bounds.max)) return unknown
  return { nullCount, ...bounds, mayHoldNaN }
}

function isFloat({ type, logical_type: logical }: SchemaElement): boolean {
  return type === 'FLOAT' || type === 'DOUBLE' || logical?.type === 'FLOAT16'
}

function isSignedNumber(element: SchemaElement): boolean {
  const { type } = element
  const isNumber = type === 'INT32' || type === 'INT64' || type === 'FLOAT' || type === 'DOUBLE'
  return isNumber && integerName(element)?.startsWith('UINT') !== true
}

function parseBound(
  bytes: Uint8Array<ArrayBuffer> | undefined,
  element: SchemaElement,
  leaf: LeafReader,
): PhysicalValue | undefined {
  if (bytes === undefined || element.type === 'INT96') return undefined
  try {
    if (leaf.kind === 'text') return strictUtf8.decode(bytes)
    const stored = storedBound(bytes, element)
    return stored === undefined || leaf.convert === undefined ? stored : leaf.convert(stored)
  } catch {
    return undefined
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function storedBound(bytes: Uint8Array<ArrayBuffer>, element: SchemaElement): StoredValue | undefined {
  if (element.type === 'BYTE_ARRAY') return isDecimal(element) ? undefined : bytes
  return bytes.length === (VALUE_BYTES[element.type ?? ''] ?? element.type_length)
    ? decodePlain(bytes, 1, element)[0]
    : undefined
}
