/** Longest text taken over from a server. */
const MAX_LENGTH = 1000

/** What opens doors whoever holds it: links to activate, queries of URLs, tokens by their look. */
const OPENERS: readonly (readonly [RegExp, string])[] = [
  [/(data_sharing_activation(?:_info)?\/)\S+/g, '$1<link>'],
  [/(https?:\/\/[^\s?#"']*)[?#][^\s"']*/g, '$1'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 <token>'],
  [/\b(?:dapi|dose|dkea)[0-9a-f]{16,}(?:-\d+)?\b/g, '<token>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
]

/** A text of others on one line, short, and without what opens doors: the secrets given, and all that looks like one. */
export function redact(text: string, secrets: readonly string[]): string {
  let redacted = text
  for (const secret of secrets) redacted = redacted.replaceAll(secret, '<token>')
  for (const [opener, told] of OPENERS) redacted = redacted.replaceAll(opener, told)
  return redacted
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
}

/** So much is looked through in an error; one that carries more may carry anything. */
const MAX_CARRIED = 20_000

/**
 * Whether an error, what caused it, or anything that it carries quotes a secret, so that it cannot be handed on as a cause: a
 * `fetch` of others may keep the request in its error. What cannot be looked through is taken to quote one.
 */
export function quotes(thrown: unknown, secrets: readonly string[]): boolean {
  const holdsSecret = (text: string): boolean => secrets.some((secret) => text.includes(secret))
  const seen = new Set<object>()
  const waiting: unknown[] = [thrown]
  try {
    while (waiting.length > 0) {
      const each = waiting.pop()
      if (typeof each === 'string' && holdsSecret(each)) return true
      if (typeof each === 'symbol' && holdsSecret(each.description ?? '')) return true
      if (!isObject(each) || seen.has(each)) continue
      seen.add(each)
      for (const carried of carriedBy(each)) waiting.push(carried)
      if (seen.size + waiting.length > MAX_CARRIED) return true
    }
    return false
  } catch {
    return true
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function* carriedBy(object: object): Iterable<unknown> {
  if (object instanceof ArrayBuffer || ArrayBuffer.isView(object)) {
    yield textOf(object)
    return
  }
  for (const key of Reflect.ownKeys(object)) {
    // Of a class: what is read of no instance may throw, and is of nobody.
    if (key === 'prototype' && typeof object === 'function') continue
    yield key
    yield Reflect.get(object, key)
  }
  // What their prototypes give is no property of their own.
  if (object instanceof Error) yield* [object.name, object.message, object.stack, object.cause]
  if (object instanceof Request || object instanceof Response) yield* [object.url, object.headers]
  if (object instanceof AbortSignal) yield object.reason
  if (object instanceof URL || object instanceof String) yield String(object)
  if (object instanceof Map || object instanceof Set) yield* [...object]
  if (object instanceof Headers || object instanceof URLSearchParams || object instanceof FormData) yield* [...object]
}

/** Byte for byte, as headers are sent. */
function textOf(bytes: ArrayBuffer | ArrayBufferView): string {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes)
  return new TextDecoder('latin1').decode(new Uint8Array(buffer, byteOffset, byteLength))
}
