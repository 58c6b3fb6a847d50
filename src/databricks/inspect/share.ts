import { type Finding, failed, passed } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import { isActive } from '../check-shown.ts'
import { findLedgerShare } from '../ledger.ts'
import { howToOwn, isMarked } from '../marker.ts'
import type { PlaneContext, SharePlace } from '../plane-context.ts'
import { HOW_TO_FIT } from '../room.ts'
import { isShownOtherwise } from '../settle.ts'
import type { SharedObject } from '../share.ts'
import { howToTakeOut, isOurs, tableNameOf } from '../share-changes.ts'
import { inspectHidden } from './hidden.ts'
import { inspectShareOwner } from './share-owner.ts'
import type { Subject } from './subject.ts'

/** Whether the share is ours, and shows our tables only, all of them, and as they were published. */
export async function inspectShare(subject: Subject): Promise<Finding[]> {
  const { context, place } = subject
  const { share: name } = place
  const share = await findCatalogShare(context, place)
  if (share === undefined) return []
  const ledger = await findLedgerShare(context, name)
  const own = share.objects.filter((object) => isOurs(place, object))
  const findings: Finding[] = isMarked(context.ledger, share) ? [] : [unmarked(context, name, ledger !== undefined)]
  const tell = (object: SharedObject, found: Finding): unknown =>
    findings.push({ ...found, table: tableNameOf(object) })
  const handedOver = inspectShareOwner(subject, share)
  // Of somebody else's share the mark tells enough.
  if (findings.length === 0) findings.push(...handedOver)
  for (const object of share.objects) if (!own.includes(object)) tell(object, strange(place, object))
  for (const object of own) {
    if (isActive(object)) continue
    const found = await inspectHidden(subject, share, object)
    // What its owner may not read is none of ours to grant while that is another.
    if (handedOver.length === 0 || found.check === 'dropped-table') tell(object, found)
  }
  for (const object of own) {
    if (ledger !== undefined && isShownOtherwise(place, ledger, object)) tell(object, unpublished(place, object))
  }
  const { length: count } = share.objects
  if (count >= context.tablesPerShare) {
    findings.push(
      failed(
        'quota',
        `share ${name} is full: it shows ${count} tables of ${context.tablesPerShare}`,
        HOW_TO_FIT,
        'databricks',
      ),
    )
  }
  return findings.length > 0
    ? findings
    : [passed('share', `share ${name} shows ${count} tables, all of them the plane's`)]
}

function strange(place: SharePlace, object: SharedObject): Finding {
  const message = `share ${place.share} shows ${object.name}, which the plane has not put there and does not touch`
  return failed('strange-object', message, howToTakeOut(place, object))
}

/** What a publisher left who could not end what he had begun: his token had ended, or he died. */
function unpublished({ share }: SharePlace, object: SharedObject): Finding {
  const { name, sharedAs = name } = object
  return failed(
    'unpublished',
    `recipients of share ${share} see ${sharedAs} as ${name}${added(object)}, and that was never published as it is shown`,
    'reconcile the connector, unless somebody publishes at this moment',
  )
}

/** What the plane says of no table that it shows. */
function added({ isPartial, changeFeed, history }: SharedObject): string {
  if (isPartial) return ', by some of its partitions only'
  return changeFeed && !history ? ', with its change feed' : ''
}

function unmarked({ ledger }: PlaneContext, name: string, isKnown: boolean): Finding {
  if (!isKnown) {
    const remedy = 'name the connector otherwise, or have its owner drop the share'
    return failed('share', `there is a share ${name} that is somebody else's`, remedy)
  }
  const message = `share ${name} has not the mark of ours in its comment: somebody made it anew, or changed the comment`
  return failed('share', message, howToOwn(ledger, 'SHARE', name))
}
