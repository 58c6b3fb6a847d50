import { DeltaError } from '../errors.ts'

/**
 * Data file paths as the log holds them: URI-encoded (RFC 2396), relative to the table's root or absolute
 * (PROTOCOL.md "Add File and Remove File"). Never `URL` or `encodeURIComponent`: those normalise `..`, `//` and `+`.
 */

/** What an RFC 2396 path may not hold raw, and `:`, which would make a first segment look like a scheme. */
const MUST_ENCODE = /[\p{Cc}\p{Z}"#%:<>?[\\\]^`{|}]/gu
const LONE_SURROGATE = /\p{Surrogate}/u
const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/

/**
 * An object key as the `path` of an action. Non-ASCII letters stay raw, as Spark leaves them.
 * @throws {DeltaError} `invalid-argument` for text that has no UTF-8 form.
 */
export function encodePath(key: string): string {
  if (LONE_SURROGATE.test(key)) {
    throw new DeltaError(
      'invalid-argument',
      `the path ${JSON.stringify(key)} holds half a surrogate pair: rename the file`,
    )
  }
  return key.replace(MUST_ENCODE, percentEncode)
}

/**
 * The object key that a `path` of an action names, decoded exactly once.
 * @param location where the table is (`store.location`); with it an absolute path below the table counts as relative.
 * @throws {DeltaError} `invalid-data` for a malformed escape; `unsupported` for a path outside the table.
 */
export function decodePath(path: string, location?: string): string {
  const key = keyWithin(path, location)
  if (key !== undefined) return key
  throw new DeltaError(
    'unsupported',
    `the data file ${JSON.stringify(path)} lies outside the table (a shallow clone): only files below the table's root can be reached`,
    { feature: 'absolute data file paths' },
  )
}

/** True for a path with a scheme (`s3://…`, `file:/…`) or a leading slash. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || SCHEME.test(path)
}

/**
 * The form by which two paths name the same file: decoded, `file:` dropped, `s3a:` and `s3n:` read as `s3:`, and
 * relative if below `location`.
 */
export function canonicalPath(path: string, location?: string): string {
  return keyWithin(path, location) ?? withoutAlias(percentDecode(path))
}

/** The decoded key of a path that is relative or below `location`. */
function keyWithin(path: string, location: string | undefined): string | undefined {
  if (!isAbsolutePath(path)) return percentDecode(path)
  if (location === undefined) return undefined
  const absolute = withoutAlias(percentDecode(path))
  const root = `${withoutAlias(decodedLocation(location)).replace(/\/+$/, '')}/`
  return absolute.startsWith(root) ? absolute.slice(root.length) : undefined
}

/** A store's location is a URL where it is a directory, and as it is called elsewhere. */
function decodedLocation(location: string): string {
  return location.startsWith('file:') ? percentDecode(location) : location
}

function withoutAlias(absolute: string): string {
  const scheme = SCHEME.exec(absolute)?.[1]?.toLowerCase()
  if (scheme === undefined) return absolute
  const rest = absolute.slice(scheme.length + 1)
  if (scheme === 'file') return rest.replace(/^\/{2,}/, '/')
  return `${scheme === 's3a' || scheme === 's3n' ? 's3' : scheme}:${rest}`
}

/** How Hive writes a null, or the empty string, into a directory name. */
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__'
/**
 * More than Hive escapes, as delta-rs does: a key of plain ASCII survives readers that encode a path once more than the
 * log asks for. On S3, Polars 2.1 finds no file below a directory with a blank or an accent in its name.
 */
const HIVE_ESCAPED = /[^A-Za-z0-9_.~-]+/g

/**
 * One directory of a partition as an object key: `country=DE`. Cosmetic: readers take the values from the log.
 * @param value serialized as in `partitionValues`.
 */
export function partitionDirectory(column: string, value: string | null): string {
  return `${hiveEscape(column)}=${value ? hiveEscape(value) : HIVE_NULL}`
}

function hiveEscape(text: string): string {
  return text.replace(HIVE_ESCAPED, percentEncode)
}

function percentEncode(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => `%${hex(byte)}`).join('')
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

function percentDecode(path: string): string {
  if (!path.includes('%')) return path
  try {
    // Decodes escapes as UTF-8 and leaves every other character alone.
    return decodeURIComponent(path)
  } catch (cause) {
    throw new DeltaError(
      'invalid-data',
      `the path ${JSON.stringify(path)} in the log is not URI-encoded: "%" must be followed by two hex digits of valid UTF-8`,
      { cause },
    )
  }
}
