import { type Finding, failed } from '../../manifest/index.ts'
import { howToShow } from '../check-shown.ts'
import { howToBringBack, isDropped } from '../dropped-table.ts'
import type { CatalogShare, SharedObject } from '../share.ts'
import type { Subject } from './subject.ts'

/** Why recipients do not see a table that the share hides. */
export async function inspectHidden(
  { context, place, principal }: Subject,
  { owner = principal }: CatalogShare,
  object: SharedObject,
): Promise<Finding> {
  const { name: table, sharedAs = table, status } = object
  const message = `recipients of share ${place.share} do not see ${sharedAs}`
  if (await isDropped(context, object)) {
    return failed('dropped-table', `${message}: its table ${table} was dropped`, howToBringBack(table))
  }
  return failed('hidden-object', `${message}: its status is ${status}`, howToShow({ table, owner }))
}
