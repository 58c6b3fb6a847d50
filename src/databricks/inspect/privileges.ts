import { permittedOrNone } from '../../errors.ts'
import { type Finding, failed, passed } from '../../manifest/index.ts'
import type { PrivilegeHolder, Securable } from '../grants.ts'
import { quoteIdentifier, quoteName } from '../sql.ts'
import type { Subject } from './subject.ts'

/** Something that privileges are granted on, and whose it is. */
export interface OwnedSecurable extends Securable {
  readonly owner?: string | undefined
}

/** What neither an owner nor `ALL_PRIVILEGES` includes: it is granted by its name or not at all. */
const EXPLICIT: ReadonlySet<string> = new Set(['EXTERNAL_USE_SCHEMA', 'EXTERNAL_USE_LOCATION'])

/** What every user and service principal is in. */
const EVERYBODY: ReadonlySet<string> = new Set(['account users', 'users'])

/**
 * One finding for each privilege that is missing, or one that none is. What only a group has of which it is not known whether
 * we are in it, by way of another, is not called missing.
 */
export async function inspectPrivileges(
  subject: Subject,
  on: OwnedSecurable,
  needed: readonly string[],
): Promise<Finding[]> {
  const { context, principal, groups } = subject
  const { type, name, owner } = on
  const isOwner = owner === principal || (owner !== undefined && groups.has(owner))
  const held = new Set(await context.catalog.grants.effective({ type, name, principal }))
  const lacking = needed.filter((privilege) => !includes(held, privilege, isOwner))
  const check = 'privileges'
  const where = `${type.replaceAll('_', ' ')} ${name}`
  const holders = lacking.length === 0 ? [] : await othersWho(subject, on)
  if (holders === undefined && subject.about.only === 'new-tables') return [untold(subject, where, lacking)]
  const findings = lacking.flatMap((privilege): Finding[] => {
    const names = (holders ?? []).flatMap((holder) =>
      includes(new Set(holder.privileges), privilege, false) ? [holder.principal] : [],
    )
    if (names.some((each) => groups.has(each) || EVERYBODY.has(each))) return []
    const [group] = names.filter(mayBeGroup)
    if (group === undefined) return [missing(subject, on, privilege)]
    return [
      passed(
        check,
        `${principal} has no ${words(privilege)} on ${where} itself, and ${group} has: whether it is in that group cannot be told from here`,
      ),
    ]
  })
  if (findings.length > 0) return findings
  return [passed(check, `${principal} has ${needed.map(words).join(', ')} on ${where}`)]
}

function includes(held: ReadonlySet<string>, privilege: string, isOwner: boolean): boolean {
  return held.has(privilege) || (!EXPLICIT.has(privilege) && (isOwner || held.has('ALL_PRIVILEGES')))
}

/** Undefined where we may not see what others have. */
function othersWho({ context }: Subject, { type, name }: OwnedSecurable): Promise<PrivilegeHolder[] | undefined> {
  return permittedOrNone(context.catalog.grants.holders({ type, name }))
}

/** A publication is not held back for what a group may well have: that is for whoever sets the plane up. */
function untold({ principal }: Subject, where: string, lacking: readonly string[]): Finding {
  return passed(
    'privileges',
    `${principal} has no ${lacking.map(words).join(', ')} on ${where} itself, and what groups have there is not told to it`,
  )
}

/** People have addresses for names, and service principals UUIDs. */
function mayBeGroup(principal: string): boolean {
  return !principal.includes('@') && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(principal)
}

function missing({ principal }: Subject, on: OwnedSecurable, privilege: string): Finding {
  const { type, name } = on
  const kind = type.replaceAll('_', ' ')
  const target = type === 'metastore' ? 'METASTORE' : `${kind.toUpperCase()} ${quoteName(name)}`
  return failed(
    'privileges',
    `${principal} has no ${words(privilege)} on ${kind} ${name}`,
    `${granter(privilege, on)} runs: GRANT ${words(privilege)} ON ${target} TO ${quoteIdentifier(principal)}`,
  )
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
