import { type Connector, type ConnectorEvent, connector, parseConnectorConfig } from '../../src/connector/index.ts'
import { findRecipient, type Invitation, parseCredential } from '../../src/manifest/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { CONNECTOR_ID } from './world.ts'

/** A place for a connector, and all that its handles said or handed over. */
export interface Place {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly links: Invitation[]
  readonly contacts: string[]
  readonly events: ConnectorEvent[]
  readonly warnings: string[]
  /** A handle of a process of its own; through another store, if one is given. */
  open(store?: ObjectStore): Connector
}

export function emptyPlace(store?: ObjectStore): Place {
  const runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 10) })
  return placeOn(store ?? memoryStore({ runtime }), runtime)
}

export function placeOn(store: ObjectStore, runtime: Runtime, id = CONNECTOR_ID): Place {
  const said = { links: [], contacts: [], events: [], warnings: [] } as Pick<
    Place,
    'links' | 'contacts' | 'events' | 'warnings'
  >
  return {
    store,
    runtime,
    ...said,
    open: (through = store) =>
      connector({
        id,
        store: through,
        runtime,
        leaseTtl: 1000,
        deliver: async (invitation, { contact }) => {
          said.links.push(invitation)
          said.contacts.push(contact)
        },
        onEvent: async (event) => void said.events.push(event),
        onWarning: (message) => said.warnings.push(message),
      }),
  }
}

export function configOf(change: object = {}) {
  return parseConnectorConfig({
    connectorId: CONNECTOR_ID,
    teamId: 'team-1',
    recipient: { mode: 'token', contact: 'data@acme.example' },
    ...change,
  }).config
}

/** The links among some that would still open: a recipient has one at most. */
export async function liveLinks({ store }: Pick<Place, 'store'>, links: readonly Invitation[]): Promise<Invitation[]> {
  const recipient = await findRecipient(store, 'kadoa_acme')
  return links.filter(
    ({ activationCode }) => parseCredential('activation', activationCode)?.hash === recipient?.activation?.hash,
  )
}

/** The keys of all objects that hold one of some texts, or are called by it. */
export async function keysHolding(store: ObjectStore, texts: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const key of await keysOf(store)) {
    const body = new TextDecoder('latin1').decode((await store.get(key)).body)
    if (texts.some((text) => body.includes(text) || key.includes(text))) found.push(key)
  }
  return found
}
