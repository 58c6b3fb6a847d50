import { sha256Text } from '#hash'
import { isDeltaError } from '../errors.ts'
import { formatLocation, parseLocation } from '../store/index.ts'

const DIGITS = 10
const OURS = new RegExp(`^((.+)__[0-9a-f]{${DIGITS}})(?:__([1-9]\\d{0,8}))?$`)

/**
 * What a table is called in its schema in Unity Catalog: its own name and a digest of where it lies. A look at a share
 * then says of every table which one is shown, two publishers never give one name to two places, and a name is never
 * registered a second time for another. A table that was dropped beneath its share comes back with a number behind it.
 */
export function catalogTableName(name: string, location: string): string {
  return `${name.toLowerCase()}__${sha256Text(spelled(location), 'hex').slice(0, DIGITS)}`
}

/** The name, or full name, with which a table was registered first where it lies. */
export function firstName(catalogName: string): string {
  return OURS.exec(catalogName)?.[1] ?? catalogName
}

/** The number of a name or a full name; 0 for a first one. */
export function numberOf(catalogName: string): number {
  return Number(OURS.exec(catalogName)?.[3] ?? 0)
}

export function numberedName(catalogName: string, number: number): string {
  return `${firstName(catalogName)}__${number}`
}

/** Whether a table lies where its name says, so that the plane has registered it. */
export function isRegisteredByUs({ name, location }: { readonly name: string; readonly location: string }): boolean {
  const family = familyOf(name)
  return family !== undefined && catalogTableName(family, location) === firstName(name)
}

/** The name of a table without the digest of its place and its number, undefined for a name that the plane does not give. */
export function familyOf(catalogName: string): string | undefined {
  return OURS.exec(catalogName)?.[2]
}

/** Whether two locations are one place, however they are spelled. */
export function isSamePlace(a: string, b: string): boolean {
  return spelled(a) === spelled(b)
}

/** A location as the catalog is given it. */
export function spelled(location: string): string {
  try {
    return formatLocation(parseLocation(location))
  } catch (error) {
    // Tables of others lie in storage that we do not know.
    if (isDeltaError(error)) return location
    throw error
  }
}
