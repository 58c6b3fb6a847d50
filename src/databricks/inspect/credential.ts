import { type DeltaError, type DeltaErrorCode, isDeltaError } from '../../errors.ts'
import { type Finding, failed, passed } from '../../manifest/index.ts'
import type { ExternalLocation, StorageTrial, StorageTrialOf } from '../storage.ts'
import type { Subject } from './subject.ts'

const CHECK = 'storage-credential'

/**
 * Whether Databricks itself gets at the place where the tables lie. No publication shows it, for tables are registered unread:
 * recipients would be the first to know. Databricks tries a credential out only for who may make external locations with it.
 * To share, one need not: then the finding passes, and says who can tell.
 */
export async function inspectCredential(subject: Subject, location: ExternalLocation, url: string): Promise<Finding> {
  const { name, credentialName: credential } = location
  if (credential === undefined) return passed(CHECK, `the storage credential of external location ${name} is not told`)
  const asked = { credential, location: name, url }
  try {
    return judge(asked, await subject.context.catalog.storageCredentials.tryOut(asked))
  } catch (error) {
    if (!isDeltaError(error) || OF_US.has(error.code)) throw error
    if (error.details.blame === 'storage') return broken(asked, error.message)
    return untold(asked, reasonOf(error, subject.principal))
  }
}

/** What stands in the way of all that we ask. Whatever else hinders the trial hinders no sharing. */
const OF_US: ReadonlySet<DeltaErrorCode> = new Set(['unauthenticated', 'aborted'])

function reasonOf({ code, message }: DeltaError, principal: string): string {
  if (code !== 'permission-denied') return message
  return `${principal} has not CREATE EXTERNAL LOCATION on it and on the metastore`
}

function judge(asked: StorageTrialOf, trials: readonly StorageTrial[]): Finding {
  const by = (...results: string[]): StorageTrial[] => trials.filter(({ result }) => results.includes(result))
  const failing = by('FAIL').filter(({ operation }) => operation !== EXISTS)
  const faults = failing.filter(({ message }) => !NOTHING_THERE.test(message))
  if (faults.length > 0) return broken(asked, faults.map(said).join('; '))
  const passing = by('PASS').map(({ operation }) => operation)
  if (failing.length > 0) return untold(asked, `nothing lies there yet: ${failing.map(said).join('; ')}`)
  if (passing.length === 0) return untold(asked, 'Databricks tried nothing')
  return passed(CHECK, `storage credential ${asked.credential} works at ${asked.url}: ${passing.join(', ')}`)
}

/** Whether something lies there, which is not so before the first table. */
const EXISTS = 'PATH_EXISTS'
/** In a storage that has folders, one that is not there can be neither read nor listed. The bucket itself must be there. */
const NOTHING_THERE = /\b(path|file|directory)\b.*\b(does not exist|not found)|FileNotFound|PathNotFound|NoSuchKey/i

function said({ operation = 'an operation', message }: StorageTrial): string {
  return message === '' ? `${operation} fails` : `${operation} fails (${message})`
}

function broken({ credential, url }: StorageTrialOf, why: string): Finding {
  return failed(
    CHECK,
    `Databricks does not get at ${url} by storage credential ${credential}: ${why}`,
    `who administers the storage lets its role or identity read and list ${url}; on AWS the trust policy of the role names what databricks storage-credentials get ${credential} says, unity_catalog_iam_arn and external_id, and the role itself`,
    'storage',
  )
}

function untold(asked: StorageTrialOf, why: string): Finding {
  const { credential, location, url } = asked
  const json = { storage_credential_name: credential, external_location_name: location, url, read_only: true }
  return passed(
    CHECK,
    `whether storage credential ${credential} works at ${url} cannot be told from here: ${why}; its owner or a metastore admin sees it by: databricks storage-credentials validate --json '${JSON.stringify(json)}'`,
  )
}
