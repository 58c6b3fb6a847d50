import type { Blame, DeltaErrorCode } from '../errors.ts'
import { quoteName } from './sql.ts'

/** A fault as Databricks tells it. */
export interface Told {
  readonly errorCode: string
  readonly message: string
}

/** Texts that say whose move it is, and what it is, better than their code does. */
const SAYINGS: readonly { readonly said: RegExp; readonly blame: Blame; readonly advice: string }[] = [
  {
    said: /cannot resolve target shard/i,
    blame: 'customer',
    advice: 'Databricks knows no such metastore; ask the customer for what SELECT CURRENT_METASTORE() says there',
  },
  {
    said: /(AWS IAM role does not have|self-assuming|cloud storage|S3Exception|AbfsRestOperationException)/i,
    blame: 'storage',
    advice: 'let the role or identity of the storage credential read and list the location',
  },
  {
    said: /no longer assigned to this metastore/i,
    blame: 'kadoa',
    advice: 'an account admin assigns the workspace to its metastore again, in the account console',
  },
  {
    said: /overlaps with other external tables/,
    blame: 'kadoa',
    advice: 'a place has one table in Unity Catalog: of the other one its owner drops it there, which leaves its files',
  },
  {
    said: /does not have [A-Z][A-Z _]* on /,
    blame: 'kadoa',
    advice: '',
  },
]

const ADVICE: Readonly<Record<string, string>> = {
  FEATURE_DISABLED: 'have an administrator of the metastore enable Delta Sharing for it',
  QUOTA_EXCEEDED: 'delete what is not needed, or have Databricks raise the limit',
  ENDPOINT_NOT_FOUND: 'look whether the host is that of a workspace',
  METASTORE_DOES_NOT_EXIST:
    'have an account admin assign a metastore to the workspace, or give the host of one that has it',
}

/** Codes after which it is plain whose move it is. */
const BLAMES: Readonly<Partial<Record<DeltaErrorCode, Blame>>> = {
  unauthenticated: 'kadoa',
  'permission-denied': 'kadoa',
  unsupported: 'kadoa',
  unavailable: 'databricks',
  'rate-limited': 'databricks',
}

/** Where `error_code` says whose move it is, and the code after it does not. */
const BLAMES_OF_TOLD: Readonly<Record<string, Blame>> = {
  // As a quota that is found full beforehand: it is raised on request.
  QUOTA_EXCEEDED: 'databricks',
  METASTORE_DOES_NOT_EXIST: 'kadoa',
}

/** Whose move it is, where that is known. */
export function blameOf(code: DeltaErrorCode, { errorCode, message }: Told): Blame | undefined {
  if (Object.hasOwn(BLAMES_OF_TOLD, errorCode)) return BLAMES_OF_TOLD[errorCode]
  return SAYINGS.find(({ said }) => said.test(message))?.blame ?? BLAMES[code]
}

/** What to do about it, where more is known than the server says. */
export function adviceOf(code: DeltaErrorCode, { errorCode, message }: Told): string | undefined {
  const missing = missingGrant(message)
  if (missing !== undefined) return `have it granted: ${missing}`
  const handover = missingOwnership(message)
  if (handover !== undefined) return `its owner or a metastore admin runs: ${handover}`
  const saying = SAYINGS.find(({ said }) => said.test(message))
  if (saying !== undefined) return saying.advice
  if (Object.hasOwn(ADVICE, errorCode)) return ADVICE[errorCode]
  return code === 'unauthenticated' ? 'check the credentials, and that they are for this workspace' : undefined
}

/** What hands over that of which "User is not an owner of Recipient 'acme'". */
function missingOwnership(message: string): string | undefined {
  const [, kind, name = ''] = /is not (?:an|the) owner of (\w+(?: \w+)?) '([^']+)'/.exec(message) ?? []
  return kind && `ALTER ${kind.toUpperCase()} ${quoteName(name)} OWNER TO <who publishes>`
}

/** Privileges that are granted on the metastore only, whatever they are missing for. */
const OF_METASTORE = /^(USE|CREATE) (RECIPIENT|SHARE|PROVIDER)$|^SET SHARE PERMISSION$/

/** The grant that "User does not have CREATE TABLE on Schema 'main.sales'" asks for. */
function missingGrant(message: string): string | undefined {
  const [, privilege, kind = '', name = ''] =
    /does not have ([A-Z][A-Z _]*[A-Z]) on (\w+(?: \w+)?) '([^']+)'/.exec(message) ?? []
  if (privilege === undefined) return undefined
  const isOfMetastore = kind.toUpperCase() === 'METASTORE' || OF_METASTORE.test(privilege.replaceAll('_', ' '))
  const on = isOfMetastore ? 'METASTORE' : `${kind.toUpperCase()} ${quoteName(name)}`
  return `GRANT ${privilege.replaceAll('_', ' ')} ON ${on} TO <who publishes>`
}
