import type { ConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { attemptSwap } from '../publish/attempts.ts'
import { loadGuardedFence } from '../publish/fence.ts'
import { publishWaiting } from '../publish/generation.ts'
import { inspectSetup, loadSetup, type Setup } from '../setup.ts'
import type { Found } from './drift.ts'
import { once } from './once.ts'

/**
 * Whether the share, its recipient and the grant are as they were made, and the plane is ready to publish: a grant that is gone
 * is given again; a table that was dropped in the plane comes back; what a publication left in sight that could not end is
 * published where it waits, and taken back where not.
 */
export async function findGrants(
  context: ConnectorContext,
  record: ConnectorRecord,
  { ungrantOthers }: { readonly ungrantOthers: boolean },
): Promise<Found[]> {
  const { plane } = context
  const setup = await loadSetup(context, record)
  const { name: share } = record.share
  const isOurs = setup.share?.id === record.share.id
  const mendings: Readonly<Record<string, () => Promise<unknown>>> = {
    'dropped-table': once(() => settlePlane(context, share)),
    unpublished: once(async () => {
      await publishWaiting(context, share)
      await settlePlane(context, share)
    }),
    grant: () => plane.grantShare({ recipient: record.recipient, share }),
    ...(ungrantOthers && {
      strangers: async () => {
        for (const recipient of setup.readers.strangers) await plane.ungrantShare({ recipient, share })
      },
    }),
  }
  const found = await inspectSetup(context, record, setup)
  const areTermsToCome = isToGetTerms(record, setup)
  const findings = found.filter(({ ok, check }) => !ok && !(areTermsToCome && check === 'recipient'))
  return findings.map(({ check: drift, message, blame, remedy }) => ({
    drift,
    message,
    blame,
    remedy: drift === 'strangers' ? `${remedy}, or reconcile with ungrantOthers` : remedy,
    mend: isOurs ? mendings[drift] : undefined,
  }))
}

/** Whether the recipient gets its terms by the end of an update that has not ended. */
function isToGetTerms({ isUpdating, config }: ConnectorRecord, { recipient }: Setup): boolean {
  return isUpdating === true && config.recipient.mode === 'token' && recipient !== undefined
}

/** Has the plane show what was published, and nothing else. */
function settlePlane(context: ConnectorContext, shareName: string): Promise<void> {
  return attemptSwap(context, async () => {
    const { share } = await loadGuardedFence(context, shareName)
    // Whoever has shown a table and is about to publish it finds out that the share has moved.
    await context.plane.publish({ share, tables: [], touch: true })
  })
}
