import { DeltaError } from '../errors.ts'

/** A path as one text: names joined by dots, names that hold anything but letters, digits, `_` and `-` in back quotes. */
export function formatColumnPath(path: readonly string[]): string {
  return path.map(quoteName).join('.')
}

/** A name as a path spells it. */
export function quoteName(name: string): string {
  return PLAIN_NAME.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}

const PLAIN_NAME = /^[\p{L}\p{N}_-]+$/u

/**
 * The paths of a list of columns such as ``a, b.c, `odd, name`.d``: dots step into structs; a name in back quotes may hold
 * anything, a back quote doubled (the form of the table property `delta.dataSkippingStatsColumns`).
 * @throws {DeltaError} `invalid-argument` naming the place, when the text is no such list.
 */
export function parseColumnPaths(text: string): string[][] {
  const paths: string[][] = []
  let path: string[] = []
  let at = 0
  while (text.trim() !== '') {
    NAME.lastIndex = at
    const [token, quoted, plain = ''] = NAME.exec(text) ?? fail(text, at, 'a column name')
    path.push(quoted === undefined ? plain : quoted.replaceAll('``', '`'))
    at += token.length
    const separator = text[at++]
    if (separator === '.') continue
    paths.push(path)
    path = []
    if (separator === undefined) break
    if (separator !== ',') fail(text, at - 1, '"." or "," after a column name')
  }
  return paths
}

/** A name with the blanks around it: in back quotes, or up to the next dot, comma or back quote. */
const NAME = /\s*(?:`((?:[^`]|``)+)`|([^\s.,`](?:[^.,`]*[^\s.,`])?))\s*/y

function fail(text: string, at: number, expected: string): never {
  const found = at < text.length ? JSON.stringify(text.slice(at, at + 20)) : 'the end of the text'
  throw new DeltaError(
    'invalid-argument',
    `the list of columns ${JSON.stringify(text.slice(0, 80))}: character ${at + 1}: expected ${expected}, found ${found}`,
  )
}
