import { type Connector, type ConnectorOptions, connector, webhookEvents } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { optional, required } from './option.ts'
import { storeAt } from './root.ts'
import type { Session } from './session.ts'
import { text } from './value.ts'

/** Where a connector keeps everything: its tables, its journal, and what is shared with whom. */
export const storageRoot = required('location', 'the storage root of the connector', text)

/** Where events go. What it is given is often a secret, so no message repeats it. */
export const webhookOption = optional(
  'url',
  'where events are posted as JSON; with DELTAQUILL_WEBHOOK_SECRET in the environment they are signed',
  webhookUrl,
)

export interface HandleOptions extends Pick<ConnectorOptions, 'deliver' | 'plane'> {
  readonly webhook?: string | undefined
}

/** A handle on a connector that tells of warnings on stderr, and of events to the webhook if there is one. */
export async function connectorAt(
  id: string,
  root: string,
  session: Session,
  { webhook, ...options }: HandleOptions = {},
): Promise<Connector> {
  const { runtime, env } = session
  const store = await storeAt(root, session)
  const onWarning = (message: string): void => session.note(`warning: ${message}`)
  const secret = env.DELTAQUILL_WEBHOOK_SECRET
  const events =
    webhook === undefined ? {} : { onEvent: webhookEvents({ url: webhook, runtime, ...(secret && { secret }) }) }
  return connector({ id, store, runtime, onWarning, ...events, ...options })
}

function webhookUrl(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw new DeltaError('invalid-argument', 'expected an http or https URL')
}
