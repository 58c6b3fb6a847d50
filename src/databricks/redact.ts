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

/** Whether an error, or what caused it, quotes a secret: so that it cannot be handed on as a cause. */
export function quotes(error: unknown, secrets: readonly string[]): boolean {
  const said = error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
  if (secrets.some((secret) => said.includes(secret))) return true
  return error instanceof Error && error.cause !== undefined && quotes(error.cause, secrets)
}
