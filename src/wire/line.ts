/** Ends of lines to Unicode, though not to JSON: the official client for Python breaks an answer into lines at these as well. */
const ENDS_OF_LINES = /[\u0085\u2028\u2029]/g

/** A JSON text as one line of an answer, with the newline that ends every line. */
export function formatLine(json: string): string {
  return `${json.replace(ENDS_OF_LINES, escaped)}\n`
}

/** They stand within strings alone, where JSON lets any character be escaped. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
