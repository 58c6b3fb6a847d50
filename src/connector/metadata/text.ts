/** Text as a column takes it, which is UTF-8: half a surrogate pair becomes U+FFFD. */
export function textOf(text: string | null | undefined): string | null {
  return text?.toWellFormed() ?? null
}
