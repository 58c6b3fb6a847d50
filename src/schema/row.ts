/**
 * A row as it comes in and goes out: column name → value. *Out*: `long` is `number`, or `bigint` beyond ±(2^53−1);
 * decimals are full-scale strings; dates `2026-01-02`; timestamps `2026-01-02T03:04:05.123456Z` (`timestamp_ntz` without
 * the `Z`); binary `Uint8Array`; null is `null`, never absent. *In*: all of these, and `Date`, numbers and ISO text
 * where they fit exactly; an absent column is null.
 */
export type Row = { readonly [column: string]: unknown }
