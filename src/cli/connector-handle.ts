import {
  type Connector,
  type ConnectorConfig,
  type ConnectorOptions,
  connector,
  loadConnectorRecord,
  sharesOnDatabricks,
  webhookEvents,
} from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { parseEndpoint, type SharePlane } from '../manifest/index.ts'
import { connectorPlane } from './connector-plane.ts'
import { optional, required } from './option.ts'
import { callOptions, storeAt } from './root.ts'
import type { Session } from './session.ts'
import { text } from './value.ts'

/** Where a connector keeps everything: its tables, its journal, and what is shared with whom. */
export const storageRoot = required('location', 'the storage root of the connector', text)

/** Where the customer reaches `serve`: of links and profiles. */
export const endpointOption = optional(
  'url',
  'the endpoint for its link and profile, as the customer reaches it, instead of what serve recorded',
  parseEndpoint,
)

/** Where events go. What it is given is often a secret, so no message repeats it. */
export const webhookOption = optional(
  'url',
  'where events are posted as JSON; with DELTAQUILL_WEBHOOK_SECRET in the environment they are signed',
  webhookUrl,
)

export interface HandleOptions extends Pick<ConnectorOptions, 'deliver'> {
  readonly webhook?: string | undefined
  /** Which says the plane; unless given, the one that the connector has. */
  readonly config?: ConnectorConfig | undefined
  /** For links and profiles, instead of what serve recorded. */
  readonly endpoint?: string | undefined
}

/**
 * A handle on a connector, on the plane that its configuration asks for. It tells of warnings on stderr, and of events to the
 * webhook if there is one.
 * @throws {DeltaError} `not-found` without a configuration where there is no such connector.
 */
export async function connectorAt(
  id: string,
  root: string,
  session: Session,
  { webhook, config: given, endpoint, ...options }: HandleOptions = {},
): Promise<Connector> {
  const { runtime, env } = session
  const store = await storeAt(root, session)
  const config = given ?? (await loadConnectorRecord(store, id, callOptions(session))).config
  const plane = withEndpoint(await connectorPlane(config, store, session), config, endpoint)
  const onWarning = (message: string): void => session.note(`warning: ${message}`)
  const secret = env.DELTAQUILL_WEBHOOK_SECRET
  const events =
    webhook === undefined ? {} : { onEvent: webhookEvents({ url: webhook, runtime, ...(secret && { secret }) }) }
  return connector({ id, store, plane, runtime, onWarning, ...events, ...options })
}

/** Where links that are made here lead, and the profiles that they give: elsewhere than where serve said it is. */
function withEndpoint(plane: SharePlane, config: ConnectorConfig, endpoint: string | undefined): SharePlane {
  if (endpoint === undefined) return plane
  if (sharesOnDatabricks(config)) {
    throw new DeltaError('invalid-argument', '--endpoint says where deltaquill serves, and Databricks serves this one')
  }
  return {
    ...plane,
    createRecipient: (recipient) => plane.createRecipient({ ...recipient, endpoint }),
    rotateRecipient: (rotation) => plane.rotateRecipient({ ...rotation, endpoint }),
  }
}

function webhookUrl(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw new DeltaError('invalid-argument', 'expected an http or https URL')
}
