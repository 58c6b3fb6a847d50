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

/**
 * Whether an error, what caused it, or anything that it carries quotes a secret, so that it cannot be handed on as a cause: a
 * `fetch` of others may keep the request in its error.
 */
export function quotes(thrown: unknown, secrets: readonly string[], seen: Set<object> = new Set()): boolean {
  if (typeof thrown === 'string') return secrets.some((secret) => thrown.includes(secret))
  if (typeof thrown !== 'object' || thrown === null || seen.has(thrown)) return false
  seen.add(thrown)
  const carried = Object.values(Object.getOwnPropertyDescriptors(thrown)).map(({ value }) => value)
  const stack = thrown instanceof Error ? [thrown.stack] : []
  const listed = thrown instanceof Map || thrown instanceof Headers ? [...thrown] : []
  return [...carried, ...stack, ...listed].some((each) => quotes(each, secrets, seen))
}
