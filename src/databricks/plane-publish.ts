import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import { loadShare, type Publication, publish, publishedOn, type Share, type TableName } from '../manifest/index.ts'
import { checkShown } from './check-shown.ts'
import { entriesOf, leftPlaces } from './ledger.ts'
import { checkCatalogName, type PlaneContext, placeOf, type SharePlace } from './plane-context.ts'
import { isUnsettled, settle } from './settle.ts'
import { aliasKey, type Wish } from './share-changes.ts'
import { prepareTables, showTables } from './show-tables.ts'
import { syncSchemas } from './sync-schemas.ts'
import { unregisterLeft } from './unregister.ts'

/**
 * Shows what is published, looks at it, and then writes into the ledger that it is: the swap there is what decides between
 * two publishers. Whoever does not get through, for whatever reason, brings the catalog back to what the ledger says; so does
 * a publication that names no table.
 * @throws {DeltaError} as `publish` of a manifest; `already-exists` for somebody else's object under a name of ours,
 * `permission-denied` for a table that recipients do not see, `unsupported` where it does not fit into the share.
 */
export async function publishOnPlane(context: PlaneContext, publication: Publication): Promise<Share> {
  const { ledger, runtime } = context
  const place = placeOf(context, publication.share.name)
  const named: readonly TableName[] = [...publication.tables, ...(publication.remove ?? [])]
  let isChanged = false
  const look = async (): Promise<{ current: Share; next: Share; wishes: Wish[] }> => {
    const current = await loadShare(ledger, place.share, { runtime })
    const next = publishedOn(current, publication, { runtime })
    return { current, next, wishes: wishesOf(next, named) }
  }
  try {
    const share = await showTables(context, place, {
      wishes: async () => (await look()).wishes,
      onChange: () => {
        isChanged = true
      },
    })
    const { current, next, wishes } = await look()
    await checkShown(context, place, share, wishes)
    await syncSchemas(context, share, current, next)
    const published = await publish(ledger, publication, { runtime })
    // Who names no table has come for this.
    if (named.length === 0) await settle(context, place, [])
    else await clearUp(context, place, current, published, isUnsettled(place, share, published))
    return published
  } catch (error) {
    if (isChanged) await takeBack(context, place, named)
    throw error
  }
}

/**
 * Registers tables that a publication is to show, and shows none: what stands against one of them, such as another table at its
 * place, nothing tells before.
 * @throws {DeltaError} as {@link publishOnPlane}, for what it would find against a table before it shows it.
 */
export async function prepareOnPlane(
  context: PlaneContext,
  next: Pick<Publication, 'share' | 'tables'>,
): Promise<void> {
  const { ledger, runtime } = context
  const place = placeOf(context, next.share.name)
  const share = publishedOn(await loadShare(ledger, place.share, { runtime }), next, { runtime })
  await prepareTables(context, place, wishesOf(share, next.tables))
}

function wishesOf(next: Share, named: readonly TableName[]): Wish[] {
  const entries = entriesOf(next)
  return named.map(({ schema, name }) => {
    const entry = entries.get(aliasKey({ schema, name }))
    if (entry !== undefined) checkShowable(entry)
    return { schema, name, entry }
  })
}

function checkShowable({ schema, name, partition }: Share['tables'][number]): void {
  checkCatalogName('schema', schema)
  checkCatalogName('table', name)
  if (partition === undefined) return
  throw new DeltaError(
    'unsupported',
    `table ${schema}.${name} cannot be shown by some of its partitions on Databricks from here: show all of it`,
    { feature: 'partition filter' },
  )
}

async function takeBack(context: PlaneContext, place: SharePlace, named: readonly TableName[]): Promise<void> {
  try {
    await settle(context, place, named)
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return
    context.warn(
      `share ${place.share}: a publication did not get through, and what it had changed could not be taken back; reconcile it: ${messageOf(error)}`,
    )
  }
}

/** What is left once a publication holds: it fails no more. */
async function clearUp(
  context: PlaneContext,
  place: SharePlace,
  before: Share,
  after: Share,
  isToSettle: boolean,
): Promise<void> {
  try {
    if (isToSettle) await settle(context, place, [])
    await unregisterLeft(context, place, leftPlaces(before, after))
  } catch (error) {
    context.warn(`share ${place.share} was published, and could not be cleared up: ${messageOf(error)}`)
  }
}
