import { type FormatStatsOptions, parseColumnPaths } from '../schema/index.ts'
import type { Metadata } from './actions.ts'

/** What the properties of a table say about statistics of its files; where they are silent, Spark's defaults hold. */
export function statisticsOptions(properties: Metadata['configuration']): FormatStatsOptions {
  const columns = properties['delta.dataSkippingStatsColumns']
  const indexedColumns = integerOf(properties['delta.dataSkippingNumIndexedCols'])
  const stringPrefix = integerOf(properties['delta.dataSkippingStringPrefixLength'])
  return {
    ...(columns !== undefined && { columns: parseColumnPaths(columns) }),
    ...(indexedColumns !== undefined && { indexedColumns }),
    ...(stringPrefix !== undefined && { stringPrefix }),
  }
}

/** A whole number of a property is plain digits; anything else counts as not said. */
export function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}
