import { isDeltaError } from '../../errors.ts'
import { type Finding, failed, type PlaneAbout, passed } from '../../manifest/index.ts'
import { DELTA_SHARING } from '../error-answer.ts'
import { type PlaneContext, placeOf } from '../plane-context.ts'
import { inspectAccess, inspectMetastore } from './metastore.ts'
import { inspectNamespace } from './namespace.ts'
import { inspectNewTables } from './new-tables.ts'
import { inspectQuotas } from './quotas.ts'
import { inspectNames } from './renamed.ts'
import { inspectShareName } from './renamed-share.ts'
import { inspectShare } from './share.ts'
import { sharesNothing } from './sharing-scope.ts'
import { inspectStorage } from './storage.ts'
import type { Subject } from './subject.ts'
import { inspectWarehouse } from './warehouse.ts'

const ALL = [
  inspectMetastore,
  inspectWarehouse,
  inspectNamespace,
  inspectStorage,
  inspectQuotas,
  inspectShare,
  inspectShareName,
  inspectNames,
]
const PARTS = {
  /** What stands between a table that is published and its place in the catalog. */
  'new-tables': [inspectAccess, inspectWarehouse, inspectNamespace, inspectStorage, inspectNewTables],
  readers: [inspectNames],
}

/**
 * What the provider, the customer or Databricks has still to do before shares can be made and tables shown, each with the
 * statement that does it and who may run it. Nothing is changed. What is there already is looked at too: a share that shows
 * what is not the plane's, tables that recipients do not see, recipients whose names are others by now.
 * @throws {DeltaError} where the workspace cannot be asked: `unauthenticated`, `unavailable`.
 */
export async function inspectPlane(context: PlaneContext, about: PlaneAbout): Promise<Finding[]> {
  const { name: principal, groups } = await context.catalog.me()
  const subject: Subject = { context, about, principal, groups: new Set(groups), place: placeOf(context, about.share) }
  const parts = about.only === undefined ? ALL : PARTS[about.only]
  const findings: Finding[] = []
  for (const part of parts) {
    try {
      findings.push(...(await part(subject)))
    } catch (error) {
      const told = toldBy(subject, error)
      if (!findings.some(({ message }) => message === told.message)) findings.push(told)
    }
  }
  return findings
}

/** What a refusal to be looked at tells. */
function toldBy(subject: Subject, error: unknown): Finding {
  if (isDeltaError(error, 'permission-denied')) return unseen(subject, error.message)
  if (isDeltaError(error, 'unsupported') && error.details.feature === DELTA_SHARING) return sharesNothing(error.message)
  throw error
}

function unseen({ about, principal }: Subject, message: string): Finding {
  const check = 'permission'
  if (about.only === 'new-tables') return passed(check, `${message}: whether a table more can be shown cannot be told`)
  return failed(check, message, `have a metastore admin let ${principal} read it`)
}
