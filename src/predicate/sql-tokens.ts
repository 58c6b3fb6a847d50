/** A piece of SQL text. Of names and texts the quotes are off, doubled back quotes single. */
export interface SqlToken {
  readonly kind: 'name' | 'quoted-name' | 'text' | 'number' | 'symbol'
  readonly text: string
  /** Where it begins, counted from 0. */
  readonly at: number
}

/**
 * Cuts SQL text into tokens: plain names, names in back quotes, text in single or double quotes, numbers without a sign,
 * symbols. What is none of them ends the list as a symbol that no grammar knows: a number with a suffix, and text with a
 * backslash or a doubled quote, which clients read in different ways (`'a''b'` is `a'b` in SQL, and `ab` in Spark 4.0).
 */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    const { blank = '', quoted, name, single, double, number, symbol = '' } = match.groups ?? {}
    const at = match.index + blank.length
    end = match.index + match[0].length
    if (quoted !== undefined) tokens.push({ kind: 'quoted-name', text: quoted.replaceAll('``', '`'), at })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, at })
    else if (single !== undefined) tokens.push({ kind: 'text', text: single, at })
    else if (double !== undefined) tokens.push({ kind: 'text', text: double, at })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else tokens.push({ kind: 'symbol', text: symbol, at })
  }
  const rest = text.slice(end)
  if (rest.trim() !== '') tokens.push({ kind: 'symbol', text: rest.trim(), at: end + rest.search(/\S/) })
  return tokens
}

const NAME = '`(?<quoted>(?:[^`]|``)+)`|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)'
const TEXT = '\'(?<single>[^\'\\\\]*)\'(?!\')|"(?<double>[^"\\\\]*)"(?!")'
const NUMBER = '(?<number>(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?)(?![\\p{L}\\p{N}_.])'
const SYMBOL = '(?<symbol><=>|<>|!=|<=|>=|==|[=<>!().,+-])'
/** Sticky: it stops at the first place where no token begins. */
const TOKEN = new RegExp(`(?<blank>\\s*)(?:${NAME}|${TEXT}|${NUMBER}|${SYMBOL})`, 'guy')
