import { invalid } from './refusal.ts'

const LONGEST = 255

/** A name as Unity Catalog keeps it: in lower case. */
export function kept(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name may not hold
  if (name === '' || name.length > LONGEST || /[\s./\x00-\x1f\x7f]/.test(name)) {
    throw invalid(`'${name}' is not a valid name`)
  }
  return name.toLowerCase()
}

/** `catalog.schema` of `catalog.schema.table`, `catalog` of `catalog.schema`. */
export function parentOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf('.'))
}
