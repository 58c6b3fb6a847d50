/**
 * The physical form of a value, the one in which columns are encoded, bounds compared and filters evaluated:
 *
 * | Delta type | physical value |
 * |---|---|
 * | byte, short, integer | `number` |
 * | long | `number` within ±(2^53−1), else `bigint` |
 * | float, double | `number` (float: already rounded to 32 bits) |
 * | decimal | the unscaled integer: `number` within ±(2^53−1), else `bigint` |
 * | date | days since 1970-01-01: `number` |
 * | timestamp, timestamp_ntz | microseconds since 1970: `number` within ±(2^53−1), else `bigint` |
 * | string | `string` |
 * | binary | `Uint8Array` |
 * | boolean | `boolean` |
 *
 * Integers compare right across `number` and `bigint` with `<` and `>`; strings and binary compare by their (UTF-8)
 * bytes, which JavaScript's `<` on strings does not do: use `comparePhysical`.
 */
export type PhysicalValue = number | bigint | string | boolean | Uint8Array
