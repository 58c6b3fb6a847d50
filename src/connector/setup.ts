import { foundOrNone, isDeltaError } from '../errors.ts'
import { type Finding, failed, type PlaneAbout, passed, type RecipientInfo, type Share } from '../manifest/index.ts'
import { type ConnectorRecord, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { findingsOf } from './finding.ts'
import { tablesRoot } from './table-place.ts'

const DAY = 86_400_000

/** What a connector publishes on, as it is now. */
export interface Setup {
  /** Undefined where there is none, or where it may not be looked at. */
  readonly share: Share | undefined
  readonly recipient: RecipientInfo | undefined
  readonly readers: Readers
  /** That the share may not be looked at; then nothing is known of who reads it. */
  readonly hidden: readonly Finding[]
  /** What of recipient and readers may not be looked at; where there is anything, nothing is known of either. */
  readonly unseen: readonly Finding[]
}

/** Who may read a share. */
export interface Readers {
  /** Whether the connector's recipient may, by its own name. */
  readonly isGranted: boolean
  /** Who else may, by name. */
  readonly strangers: readonly string[]
  /** What the plane finds of those who may and are no strangers, for they are recipients of ours under another name. */
  readonly renamed: readonly Finding[]
}

export async function loadSetup(context: ConnectorContext, record: ConnectorRecord): Promise<Setup> {
  const { plane } = context
  const hidden: Finding[] = []
  const unseen: Finding[] = []
  const [share, recipient] = await Promise.all([
    seenOrNone(plane.loadShare(record.share.name), hidden),
    seenOrNone(plane.showRecipient(record.recipient), unseen),
  ])
  // Of a share that may not be looked at, neither may who reads it.
  const readers = hidden.length > 0 ? [] : await seenOrNone(plane.recipientsOf(record.share.name), unseen)
  return { share, recipient, readers: await sortReaders(context, record, readers ?? []), hidden, unseen }
}

/** A connector, and what it was set up with. */
export interface LoadedConnector extends Setup {
  readonly record: ConnectorRecord
}

/** @throws {DeltaError} `not-found` for a connector that is not there. */
export async function loadConnector(context: ConnectorContext): Promise<LoadedConnector> {
  const record = await loadConnectorRecord(context.store, context.id, context)
  return { record, ...(await loadSetup(context, record)) }
}

/** What is asked for, or undefined where it is not there, or may not be looked at, which is told once. */
async function seenOrNone<T>(asked: Promise<T>, unseen: Finding[]): Promise<T | undefined> {
  try {
    return await foundOrNone(asked)
  } catch (error) {
    if (!isDeltaError(error, 'permission-denied')) throw error
    const isTold = ({ message }: Finding): boolean => unseen.some((told) => told.message === message)
    unseen.push(...findingsOf(error).filter((finding) => !isTold(finding)))
    return undefined
  }
}

/** Tells those who may read a share, and have not the name of its recipient, from strangers. */
export async function sortReaders(
  context: ConnectorContext,
  record: ConnectorRecord,
  readers: readonly string[],
): Promise<Readers> {
  const others = readers.filter((name) => name !== record.recipient)
  const found = others.length === 0 ? [] : await inspectPlane(context, record, { only: 'readers' })
  const renamed = found.filter(({ recipient }) => recipient !== undefined && others.includes(recipient))
  const isOurs = (name: string): boolean => renamed.some(({ recipient }) => recipient === name)
  return {
    isGranted: readers.includes(record.recipient),
    strangers: others.filter((name) => !isOurs(name)),
    renamed,
  }
}

/** What the plane finds of its own setting up, and whether it is set up for the connector. */
export async function inspectSetup(
  context: ConnectorContext,
  record: ConnectorRecord,
  setup: Setup,
): Promise<Finding[]> {
  const { readers, hidden, unseen } = setup
  const isTold = ({ ok, recipient, message, remedy }: Finding): boolean =>
    readers.renamed.some((told) => told.recipient === recipient) ||
    (!ok && [...hidden, ...unseen].some((told) => told.message === message || told.remedy === remedy))
  const found = await inspectPlane(context, record)
  return [...checkSetup(record, setup), ...found.filter((finding) => !isTold(finding))]
}

/** What the plane finds of its own setting up for a connector, or of a part of it. */
export function inspectPlane(
  context: ConnectorContext,
  {
    config: { recipient },
    share,
  }: { readonly config: ConnectorRecord['config']; readonly share: { readonly name: string } },
  part: Pick<PlaneAbout, 'only' | 'tables'> = {},
): Promise<Finding[]> {
  const root = tablesRoot(context)
  const terms = recipient.mode === 'databricks' ? { sharingIdentifier: recipient.sharingIdentifier } : {}
  return context.plane.inspect({ share: share.name, root, ...terms, ...part })
}

/** Whether the share is the connector's own, and its recipient, on the terms that were agreed, the only one who reads it. */
export function checkSetup(record: ConnectorRecord, { share, recipient, readers, hidden, unseen }: Setup): Finding[] {
  const ofShare = hidden.length > 0 ? hidden : [checkShare(record, share)]
  if (unseen.length > 0) return [...ofShare, ...unseen]
  // Nobody can be granted what is not there.
  const granted = share === undefined ? [] : checkReaders(record, readers)
  return [...ofShare, ...granted, checkTerms(record, recipient)]
}

function checkShare({ id, share: { name, id: shareId } }: ConnectorRecord, share: Share | undefined): Finding {
  if (share === undefined) {
    const remedy = 'find out who dropped it or gave it another name; if it is gone, deprovision, and provision another'
    return failed('share', `share ${name} is not there`, remedy)
  }
  if (share.id === shareId) return passed('share', `share ${name} is there and is that of connector ${id}`)
  return failed(
    'share',
    `share ${name} was dropped and created anew, by somebody else than connector ${id}`,
    'find out who did, deprovision, and provision another',
  )
}

/** What has the recipient read the share again. */
export const HOW_TO_GRANT = 'reconcile the connector, which grants it again'

function checkReaders({ recipient, share }: ConnectorRecord, { isGranted, strangers, renamed }: Readers): Finding[] {
  return [
    isGranted
      ? passed('grant', `share ${share.name} is granted to ${recipient}`)
      : failed('grant', `share ${share.name} is not granted to its recipient ${recipient}`, HOW_TO_GRANT),
    strangers.length === 0
      ? passed('strangers', `share ${share.name} is granted to nobody else`)
      : failed(
          'strangers',
          `share ${share.name} is granted to ${strangers.join(', ')} too, expected ${recipient} alone`,
          'take that grant back',
        ),
    ...renamed,
  ]
}

/** Whether a recipient has the terms that are configured. */
export function checkTerms(
  { config, recipient: name }: Pick<ConnectorRecord, 'config' | 'recipient'>,
  recipient: RecipientInfo | undefined,
): Finding {
  const check = 'recipient'
  if (recipient === undefined)
    return failed(check, `recipient ${name} is not there`, 'deprovision, and provision another')
  const { recipient: terms } = config
  if (terms.mode === 'databricks') return checkMetastore(name, terms.sharingIdentifier, recipient)
  const days = recipient.tokenLifetime / DAY
  if (days !== terms.lifetimeDays) {
    return failed(
      check,
      `the tokens of recipient ${name} live ${days} days, expected ${terms.lifetimeDays}`,
      'update the connector with its configuration: that sets the terms again',
    )
  }
  const { ipAllowList = [] } = terms
  if (JSON.stringify(recipient.allowedIps) !== JSON.stringify(ipAllowList)) {
    return failed(
      check,
      `recipient ${name} may read from ${addresses(recipient.allowedIps)}, expected ${addresses(ipAllowList)}`,
      'update the connector with its configuration: that sets the terms again',
    )
  }
  return passed(check, `recipient ${name} has the terms that are configured`)
}

function checkMetastore(name: string, expected: string, { sharingIdentifier }: RecipientInfo): Finding {
  const check = 'recipient'
  if (sharingIdentifier === expected) return passed(check, `recipient ${name} is there, on metastore ${expected}`)
  return failed(
    check,
    `recipient ${name} is on metastore ${sharingIdentifier ?? 'none'}, expected ${expected}`,
    'find out who made it, deprovision, and provision another',
  )
}

function addresses(ranges: readonly string[]): string {
  return ranges.length === 0 ? 'everywhere' : ranges.join(', ')
}
