import { type Finding, failed, passed } from '../../manifest/index.ts'
import type { Securable } from '../grants.ts'
import { quoteIdentifier } from '../sql.ts'
import type { Subject } from './subject.ts'

/** Something that privileges are granted on, and whose it is. */
export interface OwnedSecurable extends Securable {
  readonly owner?: string | undefined
}

/** What neither an owner nor `ALL_PRIVILEGES` includes: it is granted by its name or not at all. */
const EXPLICIT: ReadonlySet<string> = new Set(['EXTERNAL_USE_SCHEMA', 'EXTERNAL_USE_LOCATION'])

/** One finding for each privilege that is missing, or one that none is. */
export async function inspectPrivileges(
  { context, principal }: Subject,
  on: OwnedSecurable,
  needed: readonly string[],
): Promise<Finding[]> {
  const { type, name, owner } = on
  const held = new Set(await context.catalog.grants.effective({ type, name, principal }))
  const isHeld = (privilege: string): boolean =>
    held.has(privilege) || (!EXPLICIT.has(privilege) && (owner === principal || held.has('ALL_PRIVILEGES')))
  const missing = needed.filter((privilege) => !isHeld(privilege))
  const kind = type.replaceAll('_', ' ')
  const check = 'privileges'
  if (missing.length === 0)
    return [passed(check, `${principal} has ${needed.map(words).join(', ')} on ${kind} ${name}`)]
  return missing.map((privilege) => {
    const target = type === 'metastore' ? 'METASTORE' : `${kind.toUpperCase()} ${quoted(name)}`
    return failed(
      check,
      `${principal} has no ${words(privilege)} on ${kind} ${name}`,
      `${granter(privilege, on)} runs: GRANT ${words(privilege)} ON ${target} TO \`${principal}\``,
    )
  })
}

function granter(privilege: string, { type, owner }: OwnedSecurable): string {
  if (type === 'metastore') return 'a metastore admin'
  const named = owner === undefined ? '' : ` (${owner})`
  if (privilege === 'EXTERNAL_USE_SCHEMA') return `the owner of the catalog${type === 'catalog' ? named : ''}`
  return `the owner of the ${type.replaceAll('_', ' ')}${named} or a metastore admin`
}

function words(privilege: string): string {
  return privilege.replaceAll('_', ' ')
}

function quoted(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.')
}
