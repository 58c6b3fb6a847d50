import { DeltaError } from '../errors.ts'
import { isKey } from './key.ts'

/** A parsed location string: which kind of store, and where in it the keys are rooted. */
export type Location =
  | { readonly scheme: 's3'; readonly bucket: string; readonly prefix: string }
  /** `path` as the file system takes it: absolute, or relative to the working directory. */
  | { readonly scheme: 'file'; readonly path: string }
  | { readonly scheme: 'memory'; readonly name: string; readonly prefix: string }

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i
/** Old buckets may hold upper case and underscores, so only what could never be a bucket is refused. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/
const EXPECTED = 'expected s3://bucket/prefix, file:///directory, a plain path, or memory://name'

const ADVICE: Readonly<Record<string, string>> = {
  s3a: 'write s3:// instead',
  s3n: 'write s3:// instead',
  gs: 'Google Cloud Storage has no S3-compatible conditional create, on which commits rest',
  gcs: 'Google Cloud Storage has no S3-compatible conditional create, on which commits rest',
  az: 'Azure storage is not supported',
  abfs: 'Azure storage is not supported',
  abfss: 'Azure storage is not supported',
  wasbs: 'Azure storage is not supported',
  hdfs: 'HDFS is not supported',
  dbfs: 'name the bucket behind the mount, as s3://bucket/prefix',
  http: 'for an S3-compatible server set AWS_ENDPOINT_URL_S3 to its address and write s3://bucket/prefix',
  https: 'for an S3-compatible server set AWS_ENDPOINT_URL_S3 to its address and write s3://bucket/prefix',
}

/**
 * Parses `s3://bucket/prefix`, `file:///directory` (percent-encoded, as URLs are), a plain path (taken as it is) or
 * `memory://name/prefix`. A trailing slash does not matter.
 * @throws {DeltaError} `unsupported` for the scheme of another storage; `invalid-argument` for anything else.
 */
export function parseLocation(text: string): Location {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return parsePath(text)
  const rest = text.slice(scheme.length + '://'.length)
  switch (scheme) {
    case 's3':
      return parseS3(rest)
    case 'file':
      return parseFileUrl(text, rest)
    case 'memory':
      return parseMemory(text, rest)
    default: {
      const advice = ADVICE[scheme]
      const found = `a location cannot start with ${scheme}://`
      if (advice === undefined) throw new DeltaError('invalid-argument', `${found}: ${EXPECTED}`)
      throw new DeltaError('unsupported', `${found}: ${EXPECTED}; ${advice}`, { feature: `${scheme}://` })
    }
  }
}

/** Prints a location so that {@link parseLocation} gives it back. It holds no secret. */
export function formatLocation(location: Location): string {
  switch (location.scheme) {
    case 's3':
      return joined(`s3://${location.bucket}`, location.prefix)
    case 'memory':
      return joined(`memory://${location.name}`, location.prefix)
    case 'file':
      return location.path.startsWith('/')
        ? `file://${location.path.split('/').map(encodeURIComponent).join('/')}`
        : location.path
  }
}

/** The location of what lies under `prefix` at `location`, a location string. */
export function joined(location: string, prefix: string): string {
  if (prefix === '') return location
  return location.endsWith('/') ? `${location}${prefix}` : `${location}/${prefix}`
}

function parsePath(text: string): Location {
  if (text.trim() === '') throw new DeltaError('invalid-argument', `the location is empty: ${EXPECTED}`)
  const single = /^(s3|file|memory|https?):/i.exec(text)?.[1]
  if (single !== undefined) {
    throw new DeltaError('invalid-argument', `a location that starts with ${single}: goes on with "//": ${EXPECTED}`)
  }
  return { scheme: 'file', path: withoutTrailingSlash(text) }
}

function parseS3(rest: string): Location {
  const [bucket, prefix] = split(rest)
  // The text is not repeated in these messages: it may hold what somebody took for the place of a password.
  if (bucket.includes('@') || bucket.includes(':')) {
    throw new DeltaError(
      'invalid-argument',
      's3:// is followed by a bucket: a location holds no credentials and no port; set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL_S3 instead',
    )
  }
  if (!BUCKET.test(bucket)) {
    throw new DeltaError(
      'invalid-argument',
      `${JSON.stringify(bucket)} cannot be the name of a bucket (three characters at least, a letter or digit first and last): ${EXPECTED}`,
    )
  }
  return { scheme: 's3', bucket, prefix: checkedPrefix(prefix) }
}

function parseMemory(text: string, rest: string): Location {
  const [name, prefix] = split(rest)
  if (!isKey(name)) throw new DeltaError('invalid-argument', `${text} names no memory store: expected memory://name`)
  return { scheme: 'memory', name, prefix: checkedPrefix(prefix) }
}

function parseFileUrl(text: string, rest: string): Location {
  const path = rest.startsWith('localhost/') ? rest.slice('localhost'.length) : rest
  if (!path.startsWith('/')) {
    throw new DeltaError(
      'invalid-argument',
      `${text} names a host, not a directory: expected three slashes, file:///dir`,
    )
  }
  try {
    return { scheme: 'file', path: withoutTrailingSlash(decodeURIComponent(path)) }
  } catch (cause) {
    throw new DeltaError(
      'invalid-argument',
      `${text} is not percent-encoded as a URL is: write "%25" for a percent sign, or give the plain path`,
      { cause },
    )
  }
}

function checkedPrefix(text: string): string {
  const prefix = withoutTrailingSlash(text)
  if (prefix !== '' && !isKey(prefix)) {
    throw new DeltaError(
      'invalid-argument',
      `${JSON.stringify(text)} cannot be the prefix of a location: no empty segment, no "." or "..", no control character`,
    )
  }
  return prefix
}

function split(rest: string): [string, string] {
  const slash = rest.indexOf('/')
  return slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash + 1)]
}

function withoutTrailingSlash(text: string): string {
  return text.length > 1 && text.endsWith('/') ? withoutTrailingSlash(text.slice(0, -1)) : text
}
