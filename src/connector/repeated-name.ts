import { isJsonObject, type JsonValue } from '../json.ts'

/**
 * Whether an object in a JSON text names a key twice, which parsers let pass: of its values the last one wins.
 * @param value what the text was parsed to.
 */
export function hasRepeatedName(text: string, value: JsonValue): boolean {
  return colons(text) > members(value)
}

/** The members of all objects as the text has them: each has one colon outside of strings. */
function colons(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === QUOTE) i = closingQuote(text, i)
    else if (character === COLON) count++
  }
  return count
}

function members(value: JsonValue | undefined): number {
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += members(item)
  else if (isJsonObject(value)) for (const key of Object.keys(value)) count += 1 + members(value[key])
  return count
}

/** The key that is named twice, in a text in which one is. */
export function repeatedName(text: string): string {
  const open: Set<string>[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '{' || character === '[') open.push(new Set())
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = closingQuote(text, i)
      const name = text.slice(i, end + 1)
      i = end
      if (!isKey(text, end + 1)) continue
      const key = String(JSON.parse(name))
      if (open.at(-1)?.has(key)) return key
      open.at(-1)?.add(key)
    }
  }
  return ''
}

function isKey(text: string, after: number): boolean {
  let at = after
  while (/\s/.test(text[at] ?? '')) at++
  return text[at] === ':'
}

const QUOTE = 34
const COLON = 58

function closingQuote(text: string, opening: number): number {
  let quote = text.indexOf('"', opening + 1)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}
