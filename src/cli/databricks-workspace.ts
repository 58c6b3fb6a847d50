import type { ConnectorConfig } from '../connector/index.ts'
import {
  type Credentials,
  oauthM2M,
  personalAccessToken,
  type UnityCatalog,
  unityCatalog,
} from '../databricks/index.ts'
import { DeltaError } from '../errors.ts'
import type { Environment, Session } from './session.ts'

/**
 * The workspace that a connector shares on. Its credentials come from the environment alone, by the names that Databricks'
 * own tools have for them, and stand in no message. Nothing is asked yet.
 * @throws {DeltaError} `invalid-argument` naming all variables that are missing, or that say two things.
 */
export function workspaceOf(
  { connectorId, databricks }: Pick<ConnectorConfig, 'connectorId' | 'databricks'>,
  { env, runtime }: Pick<Session, 'env' | 'runtime'>,
): UnityCatalog {
  const host = databricks?.host ?? variable(env, 'DATABRICKS_HOST')
  const credentials = credentialsIn(env)
  if (host !== undefined && typeof credentials !== 'string') return unityCatalog({ host, credentials, runtime })
  const faults = [...(host === undefined ? [NOWHERE] : []), ...(typeof credentials === 'string' ? [credentials] : [])]
  throw new DeltaError('invalid-argument', `connector ${connectorId} shares on Databricks, and ${faults.join('; ')}`, {
    blame: 'kadoa',
  })
}

const NOWHERE = 'nothing says where: set DATABRICKS_HOST, or databricks.host of its configuration'

/** Or what is wrong with them. */
function credentialsIn(env: Environment): Credentials | string {
  const token = variable(env, 'DATABRICKS_TOKEN')
  const clientId = variable(env, 'DATABRICKS_CLIENT_ID')
  const clientSecret = variable(env, 'DATABRICKS_CLIENT_SECRET')
  const isClient = clientId !== undefined || clientSecret !== undefined
  if (token !== undefined) return isClient ? TWO_WAYS : personalAccessToken(token)
  if (clientId !== undefined && clientSecret !== undefined) return oauthM2M({ clientId, clientSecret })
  return isClient ? half(clientId) : NOBODY
}

const TWO_WAYS =
  'two ways to sign in are set: unset DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET'
const NOBODY =
  'nothing says who signs in: set DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal, or DATABRICKS_TOKEN'

function half(clientId: string | undefined): string {
  const [set, missing] =
    clientId === undefined
      ? ['DATABRICKS_CLIENT_SECRET', 'DATABRICKS_CLIENT_ID']
      : ['DATABRICKS_CLIENT_ID', 'DATABRICKS_CLIENT_SECRET']
  return `${set} is set and ${missing} is not: set both`
}

/** An environment variable; one that is empty says nothing. */
function variable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}
