import { foundOrNone } from '../errors.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'

/** A recipient as Unity Catalog has it, undefined where it has none of that name. */
export function findCatalogRecipient({ catalog }: PlaneContext, name: string): Promise<CatalogRecipient | undefined> {
  return foundOrNone(catalog.recipients.get(name))
}
