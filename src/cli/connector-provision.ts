import { type ConnectorConfig, connectorNames } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { readConfigFile } from './connector-files.ts'
import { connectorAt, endpointOption, webhookOption } from './connector-handle.ts'
import { printedLinks } from './connector-link.ts'
import { optional, required } from './option.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const connectorProvision = command({
  name: 'provision',
  summary: 'set a connector up, verify it while it is empty, and print the activation link, once',
  details: `Makes a share and a recipient of its own, grants the share, and looks whether all is so before anything is in it.
Run again with the same file, it goes on where it stopped, and changes nothing where it had not. The link is kept nowhere:
"connector rotate" makes another. A recipient on Databricks takes none. Where Databricks shares, its workspace is that of
DATABRICKS_HOST, with DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal, or DATABRICKS_TOKEN.`,
  arguments: {},
  options: {
    config: required('file', 'the connector.json; "connector init" writes one', text),
    root: optional('location', 'the storage root, unless storage.root of the configuration says it', text),
    endpoint: endpointOption,
    webhook: webhookOption,
  },
  async run({ config: path, root: given, endpoint, webhook }, session) {
    const { config, notices } = await readConfigFile(path, session)
    const root = given ?? config.storage?.root
    if (root === undefined) throw noRoot(path)
    const { connectorId } = config
    const { share, recipient } = connectorNames(config)
    let isPrinted = false
    const print = printedLinks({ connector: connectorId, share, notices }, session)
    const handle = await connectorAt(connectorId, root, session, {
      config,
      endpoint,
      webhook,
      async deliver(invitation, to) {
        await print(invitation, to)
        isPrinted = true
      },
    })
    await handle.provision(config, { signal: session.signal })
    if (isPrinted) return
    const noLink = { activationUrl: null, activationExpiresAt: null, expiresAt: null }
    await answer(session, { connector: connectorId, share, notices, recipient, ...noLink }, () => withoutLink(config))
  },
})

/** Where no link was made: there was one before, or the recipient takes none. */
function withoutLink(config: ConnectorConfig): string {
  const { connectorId, recipient } = config
  if (recipient.mode === 'databricks') {
    const { share } = connectorNames(config)
    return `connector ${connectorId} is provisioned: metastore ${recipient.sharingIdentifier} may read share ${share}. There is no link to hand over; "connector handoff" prints what its people need`
  }
  return `connector ${connectorId} was provisioned before, and its link handed over; nothing changed. "connector rotate" makes another link`
}

function noRoot(path: string): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `--root is missing, and ${path} has no storage.root: one of them says where everything is kept`,
  )
}
