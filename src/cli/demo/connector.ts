import { type Connector, connector, parseConnectorConfig } from '../../connector/index.ts'
import { DeltaError, type ErrorProblem, isDeltaError } from '../../errors.ts'
import { type Invitation, loadShare } from '../../manifest/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { callOptions } from '../root.ts'
import type { Session } from '../session.ts'
import { poisonedRun, sampleRuns } from './sample.ts'

const { config } = parseConnectorConfig({
  connectorId: 'demo',
  teamId: 'demo-team',
  teamName: 'A made-up team',
  recipient: { mode: 'token', contact: 'you' },
})

/** What the connector is called by outside. */
export const SHARE = 'kadoa_demo'
export const SCHEMA = 'kadoa'

/** The run that was held back, and why. */
export interface HeldRun {
  readonly runId: string
  readonly problems: readonly ErrorProblem[]
}

/**
 * Sets the connector up, or goes on with the one that an earlier demo left, publishes the runs of the sample, and offers one
 * that does not pass.
 * @returns a link that nobody has opened: the tokens of earlier demos end.
 * @throws {DeltaError} `already-exists` where the directory was moved since: a share names its tables by where they lie.
 */
export async function publishRuns(
  store: ObjectStore,
  session: Session,
): Promise<{ readonly activationUrl: string; readonly held: HeldRun }> {
  const { runtime, signal } = session
  let link: Invitation | undefined
  const deliver = async (invitation: Invitation): Promise<void> => {
    link = invitation
  }
  const onWarning = (message: string): void => session.note(`warning: ${message}`)
  const handle = connector({ id: config.connectorId, store, runtime, deliver, onWarning })
  const { share } = await handle.provision(config, { signal })
  await checkNotMoved(store, share.name, session)
  for (const delivery of sampleRuns()) {
    const { outcome, runId, rows, table } = await handle.publish(delivery, { signal })
    session.note(`run ${runId}: ${rows} rows in ${table}${outcome === 'skipped' ? ', published before' : ''}`)
  }
  const held = await offerPoisoned(handle, session)
  if (link === undefined) await handle.rotate({ overlap: 0, signal })
  if (link === undefined) throw new DeltaError('internal', 'the connector of the demo handed no link over')
  return { activationUrl: link.activationUrl, held }
}

async function offerPoisoned(handle: Connector, session: Session): Promise<HeldRun> {
  const delivery = poisonedRun()
  const { runId } = delivery.run
  try {
    await handle.publish(delivery, { signal: session.signal })
  } catch (error) {
    if (!isDeltaError(error) || error.details.problems === undefined) throw error
    const { problems } = error.details
    session.note(`run ${runId}: held back, what is shared stays: ${problems[0]?.message}`)
    return { runId, problems }
  }
  throw new DeltaError('internal', `run ${runId} of the demo was published, though most of its rows are missing`)
}

async function checkNotMoved(store: ObjectStore, name: string, session: Session): Promise<void> {
  const { tables } = await loadShare(store, name, callOptions(session))
  const elsewhere = tables.find(({ location }) => !location.startsWith(store.location))
  if (elsewhere === undefined) return
  throw new DeltaError(
    'already-exists',
    `the demo was moved here: what it shares lies at ${elsewhere.location}; delete the directory and run the demo again`,
  )
}
