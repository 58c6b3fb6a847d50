/** A name as SQL takes it, whatever is in it. Parts of a longer name are quoted one by one. */
export function quoteIdentifier(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``
}

/** A full name, `catalog.schema.table`, each part of it quoted. */
export function quoteName(fullName: string): string {
  return fullName.split('.').map(quoteIdentifier).join('.')
}

/** A text as SQL takes it, in quotes. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`
}
