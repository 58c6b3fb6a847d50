import type { ConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { checkSetup, inspectPlane, loadSetup } from '../setup.ts'
import type { Found } from './drift.ts'

/**
 * Whether the share, its recipient and the grant are as they were made, and the plane is ready to publish: a grant that is gone
 * is given again.
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
    grant: () => plane.grantShare({ recipient: record.recipient, share }),
    ...(ungrantOthers && {
      strangers: async () => {
        for (const recipient of setup.readers) {
          if (recipient !== record.recipient) await plane.ungrantShare({ recipient, share })
        }
      },
    }),
  }
  return [...checkSetup(record, setup), ...(await inspectPlane(context, record))]
    .filter(({ ok }) => !ok)
    .map(({ check: drift, message, blame, remedy }) => ({
      drift,
      message,
      blame,
      remedy: drift === 'strangers' ? `${remedy}, or reconcile with ungrantOthers` : remedy,
      mend: isOurs ? mendings[drift] : undefined,
    }))
}
