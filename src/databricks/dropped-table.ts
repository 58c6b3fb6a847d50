import { DeltaError, isDeltaError } from '../errors.ts'
import type { Share, TableEntry } from '../manifest/index.ts'
import { isActive } from './check-shown.ts'
import { entriesOf, findLedgerShare } from './ledger.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import type { CatalogShare, ShareChange, SharedObject } from './share.ts'
import { aliasKey, fullNameOf, objectsByPlace, type Wish } from './share-changes.ts'
import { quoteName } from './sql.ts'
import { firstName, numberedName, numberOf } from './table-name.ts'
import type { CatalogTable } from './tables.ts'
import { registeredAt, registeredTables } from './unregister.ts'

const MINUTE = 60_000

/**
 * Whether the table was dropped that an object of a share stands for. One of its name that came later is another one, which
 * the share does not show: and none of that name can be added to it again.
 */
export async function isDropped({ catalog }: PlaneContext, { name, addedAt }: SharedObject): Promise<boolean> {
  const table = await catalog.tables.find(name)
  if (table?.createdAt === undefined || addedAt === undefined) return table === undefined
  return table.createdAt > addedAt
}

/** How a table comes back that was dropped beneath its share, the better way first. */
export function howToBringBack(table: string): string {
  return `whoever dropped it runs, within 7 days: UNDROP TABLE ${quoteName(table)}; or reconcile the connector: then it is registered anew by another name, recipients see it as before, and who streams from it begins again`
}

/**
 * A refusal to add tables, with what helps where it is for the name of one that was dropped, taken out of the share and
 * registered again by hand: nobody can ask whether it was.
 */
export async function withWayBack(
  context: PlaneContext,
  place: SharePlace,
  changes: readonly ShareChange[],
  refusal: unknown,
): Promise<unknown> {
  const isRefusal = isDeltaError(refusal, 'invalid-argument') || isDeltaError(refusal, 'already-exists')
  if (!isRefusal) return refusal
  // What was refused is told, whatever may be wrong with the ledger.
  const ledger = await findLedgerShare(context, place.share).catch(() => undefined)
  const published = ledger?.tables.map((entry) => fullNameOf(place, entry))
  const back = changes.find(({ action, table }) => action === 'ADD' && published?.includes(firstName(table)))
  if (back === undefined) return refusal
  const advice = `where ${back.table} was dropped and registered again by hand, Databricks takes none of its name into the share: its owner runs: DROP TABLE ${quoteName(back.table)}, which leaves its files, and whoever publishes or reconciles next has it registered by another name`
  return new DeltaError(refusal.code, `${refusal.message}; ${advice}`, {
    blame: 'kadoa',
    ...refusal.details,
    cause: refusal,
  })
}

/**
 * Wishes with the names in Unity Catalog that tables must have, where that is not the one with which they are shown, or a
 * first one: a table that was dropped beneath its share comes back under its name with a number that was never there.
 */
export async function withNames(
  context: PlaneContext,
  place: SharePlace,
  { objects }: CatalogShare,
  wishes: readonly Wish[],
): Promise<Wish[]> {
  const byPlace = objectsByPlace(objects)
  let standing: Promise<Standing> | undefined
  const load = (): Promise<Standing> => {
    standing ??= loadStanding(context, place)
    return standing
  }
  const named: Wish[] = []
  for (const wish of wishes) {
    const { entry } = wish
    const object = entry && byPlace.get(fullNameOf(place, entry))
    if (entry === undefined || (object !== undefined && isActive(object))) named.push(wish)
    else if (object === undefined) named.push({ ...wish, table: absentName(context, place, await load(), entry) })
    else if (!(await isDropped(context, object))) named.push(wish)
    else named.push({ ...wish, table: nextName(context, object.name.toLowerCase()) })
  }
  return named
}

/** What is known of tables besides the share; most publications need not ask. */
interface Standing {
  readonly ledger: Share | undefined
  readonly registered: readonly CatalogTable[]
}

async function loadStanding(context: PlaneContext, place: SharePlace): Promise<Standing> {
  const [ledger, registered] = await Promise.all([
    findLedgerShare(context, place.share),
    registeredTables(context, place),
  ])
  return { ledger, registered }
}

/** Of a table that the share does not show: its last name; where it has none and was published, somebody has dropped it. */
function absentName(
  context: PlaneContext,
  place: SharePlace,
  { ledger, registered }: Standing,
  entry: TableEntry,
): string {
  const [last] = registeredAt(place, registered, entry).sort((a, b) => numberOf(b.name) - numberOf(a.name))
  if (last !== undefined) return last.fullName.toLowerCase()
  const first = fullNameOf(place, entry)
  const wasShown = entriesOf(ledger).get(aliasKey(entry))?.location === entry.location
  return wasShown ? nextName(context, first) : first
}

/**
 * The minutes since 1970, or more: what number was taken before, nobody may know. Whoever comes in the next minute registers
 * the table once more.
 */
function nextName({ runtime }: PlaneContext, fullName: string): string {
  return numberedName(fullName, Math.max(Math.floor(runtime.now() / MINUTE), numberOf(fullName) + 1))
}
