import { type Finding, failed, passed } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import { howToShow, isActive } from '../check-shown.ts'
import { findLedgerShare } from '../ledger.ts'
import { howToOwn, isMarked } from '../marker.ts'
import type { PlaneContext } from '../plane-context.ts'
import { isOurs } from '../share-changes.ts'
import type { Subject } from './subject.ts'

/** Whether the share is ours, shows our tables only, and all of them. */
export async function inspectShare({ context, place, principal }: Subject): Promise<Finding[]> {
  const { share: name } = place
  const share = await findCatalogShare(context, place)
  if (share === undefined) return []
  const findings = isMarked(context.ledger, share) ? [] : [await unmarked(context, name)]
  for (const object of share.objects) {
    if (!isOurs(place, object)) {
      findings.push(
        failed(
          'strange-object',
          `share ${name} shows ${object.name}, which the plane has not put there and does not touch`,
          `the owner of the share runs: ALTER SHARE \`${name}\` REMOVE TABLE ${object.name}`,
        ),
      )
    } else if (!isActive(object)) {
      findings.push(
        failed(
          'hidden-object',
          `recipients of share ${name} do not see ${object.sharedAs ?? object.name}: its status is ${object.status}`,
          await howToShow(context, { table: object.name, owner: share.owner ?? principal }),
        ),
      )
    }
  }
  const { length: count } = share.objects
  if (count >= context.tablesPerShare) {
    findings.push(
      failed(
        'quota',
        `share ${name} is full: it shows ${count} tables of ${context.tablesPerShare}`,
        'take the tables of old schema versions out, or have Databricks raise the limit',
        'databricks',
      ),
    )
  }
  return findings.length > 0
    ? findings
    : [passed('share', `share ${name} shows ${count} tables, all of them the plane's`)]
}

async function unmarked(context: PlaneContext, name: string): Promise<Finding> {
  if ((await findLedgerShare(context, name)) === undefined) {
    const remedy = 'name the connector otherwise, or have its owner drop the share'
    return failed('share', `there is a share ${name} that is somebody else's`, remedy)
  }
  const message = `share ${name} has not the mark of ours in its comment: somebody made it anew, or changed the comment`
  return failed('share', message, howToOwn(context.ledger, name))
}
