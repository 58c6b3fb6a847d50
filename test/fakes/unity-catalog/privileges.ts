import { z } from 'zod'
import { bodyOf, type FakeCall, page } from './call.ts'
import { parentOf } from './names.ts'
import { denied, invalid, noEndpoint } from './refusal.ts'

export type SecurableType = 'metastore' | 'catalog' | 'schema' | 'table' | 'external_location' | 'storage_credential'

export interface Securable {
  readonly type: SecurableType
  readonly name: string
}

const TYPES: readonly string[] = ['metastore', 'catalog', 'schema', 'table', 'external_location', 'storage_credential']

const changesShape = z.strictObject({
  changes: z.array(
    z.strictObject({
      principal: z.string(),
      add: z.array(z.string()).optional(),
      remove: z.array(z.string()).optional(),
    }),
  ),
  omit_permissions_in_response: z.boolean().optional(),
})

/** What neither an owner nor `ALL_PRIVILEGES` includes: it is granted by its name or not at all. */
const EXPLICIT: ReadonlySet<string> = new Set(['EXTERNAL_USE_SCHEMA', 'EXTERNAL_USE_LOCATION'])

/** Who owns what, and who was granted what: `…/permissions`, `…/effective-permissions`. */
export class FakePrivileges {
  readonly #granted = new Map<string, Map<string, Set<string>>>()
  readonly #owners = new Map<string, string>()
  /** Who is asking, always. */
  readonly principal: string
  /** The groups that he is in himself … */
  readonly groups: string[] = []
  /** … and those that these are in, of which nobody is told. */
  readonly outerGroups: string[] = []

  constructor(principal: string) {
    this.principal = principal
  }

  grant(on: Securable, privileges: readonly string[], principal: string = this.principal): void {
    const held = this.#held(on, principal)
    for (const privilege of privileges) held.add(privilege)
  }

  revoke(on: Securable, privileges: readonly string[], principal: string = this.principal): void {
    const held = this.#held(on, principal)
    for (const privilege of privileges) held.delete(privilege)
  }

  own(on: Securable, owner: string = this.principal): void {
    this.#owners.set(keyOf(on), owner)
  }

  ownerOf(on: Securable): string | undefined {
    return this.#owners.get(keyOf(on))
  }

  /** The thing is gone, and all that was granted on it. */
  forget(on: Securable): void {
    this.#owners.delete(keyOf(on))
    this.#granted.delete(keyOf(on))
  }

  holds(privilege: string, on: Securable, principal: string = this.principal): boolean {
    const groups = principal === this.principal ? [...this.groups, ...this.outerGroups] : []
    return [principal, ...groups].some((each) => this.#holdsItself(privilege, on, each))
  }

  #holdsItself(privilege: string, on: Securable, principal: string): boolean {
    const isExplicit = EXPLICIT.has(privilege)
    if (!isExplicit && this.ownerOf(on) === principal) return true
    return withParents(on).some((securable) => {
      const held = this.#held(securable, principal)
      return held.has(privilege) || (!isExplicit && held.has('ALL_PRIVILEGES'))
    })
  }

  /** @throws {Refusal} `PERMISSION_DENIED`. */
  require(privilege: string, on: Securable): void {
    if (this.holds(privilege, on)) return
    const type = on.type.replaceAll('_', ' ')
    const kind = type.charAt(0).toUpperCase() + type.slice(1)
    throw denied(`User does not have ${privilege.replaceAll('_', ' ')} on ${kind} '${on.name}'.`)
  }

  /** Whether it is ours, or that of a group that we are in. */
  isOwner(on: Securable): boolean {
    return [this.principal, ...this.groups, ...this.outerGroups].includes(this.ownerOf(on) ?? '')
  }

  requireOwner(on: Securable): void {
    if (withParents(on).some((securable) => this.ownerOf(securable) === this.principal)) return
    throw denied(`User is not an owner of ${on.type} '${on.name}'.`)
  }

  /** `…/permissions/{type}/{name}`. */
  answer(call: FakeCall): unknown {
    const on = securableOf(call)
    if (call.method === 'PATCH') {
      this.requireOwner(on)
      for (const { principal, add = [], remove = [] } of bodyOf(call, changesShape).changes) {
        this.grant(on, add, principal)
        this.revoke(on, remove, principal)
      }
    } else if (call.method !== 'GET') throw noEndpoint()
    return { privilege_assignments: this.#assignments(on, call.query.get('principal')) }
  }

  /** `…/effective-permissions/{type}/{name}`: what parents hand down is said with where it comes from. */
  answerEffective(call: FakeCall): unknown {
    if (call.method !== 'GET') throw noEndpoint()
    const on = securableOf(call)
    const asked = call.query.get('principal')
    const effective = new Map<string, Record<string, string>[]>()
    for (const securable of withParents(on)) {
      const from =
        securable === on
          ? {}
          : { inherited_from_type: securable.type.toUpperCase(), inherited_from_name: securable.name }
      for (const { principal, privileges } of this.#assignments(securable, asked)) {
        const list = effective.get(principal) ?? []
        effective.set(principal, [...list, ...privileges.map((privilege) => ({ privilege, ...from }))])
      }
    }
    const held = [...effective].map(([principal, privileges]) => ({ principal, privileges }))
    return page('privilege_assignments', held, call.query)
  }

  #assignments(on: Securable, asked: string | null): { principal: string; privileges: string[] }[] {
    return [...(this.#granted.get(keyOf(on)) ?? [])]
      .filter(([principal, held]) => held.size > 0 && (asked === null || asked === principal))
      .map(([principal, held]) => ({ principal, privileges: [...held] }))
  }

  #held(on: Securable, principal: string): Set<string> {
    const key = keyOf(on)
    const all = this.#granted.get(key) ?? new Map<string, Set<string>>()
    this.#granted.set(key, all)
    const held = all.get(principal) ?? new Set<string>()
    all.set(principal, held)
    return held
  }
}

function securableOf({ path }: FakeCall): Securable {
  const [type = '', name] = path
  // Official clients write the type as its enum has it.
  const lower = type.toLowerCase()
  if (name === undefined || !isType(lower)) throw invalid(`'${type}' is not a valid securable type`)
  return { type: lower, name: name.toLowerCase() }
}

function isType(type: string): type is SecurableType {
  return TYPES.includes(type)
}

/** The thing itself first; what is granted on a catalog holds for its schemas and tables. */
function withParents(on: Securable): Securable[] {
  if (on.type === 'table') return [on, ...withParents({ type: 'schema', name: parentOf(on.name) })]
  if (on.type === 'schema') return [on, { type: 'catalog', name: parentOf(on.name) }]
  return [on]
}

function keyOf({ type, name }: Securable): string {
  return `${type} ${name.toLowerCase()}`
}
