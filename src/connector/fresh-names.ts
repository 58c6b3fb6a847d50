import type { Runtime } from '../runtime.ts'
import { partFiles, renamePart, type StagedPart } from '../table/index.ts'

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** A part as it is to be in a table, and what each of its files is called there. */
export interface NamedPart {
  readonly part: StagedPart
  readonly nameOf: (key: string) => string
}

/** Names for the files of a part that no file had before. */
export function freshNames(part: StagedPart, runtime: Runtime): NamedPart {
  const names = new Map(partFiles(part).map(({ key }) => [key, key.replace(UUID, runtime.uuid())]))
  const nameOf = (key: string): string => names.get(key) ?? key
  return { part: renamePart(part, nameOf), nameOf }
}
