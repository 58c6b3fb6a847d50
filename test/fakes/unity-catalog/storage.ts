import { z } from 'zod'
import { bodyOf, dispatch, type FakeCall, page } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { kept } from './names.ts'
import { absent, invalid, taken } from './refusal.ts'

const credentialShape = z.strictObject({
  name: z.string(),
  aws_iam_role: z.strictObject({ role_arn: z.string() }).optional(),
  comment: z.string().optional(),
  read_only: z.boolean().optional(),
  skip_validation: z.boolean().optional(),
})
const locationShape = z.strictObject({
  name: z.string(),
  url: z.string(),
  credential_name: z.string(),
  comment: z.string().optional(),
  read_only: z.boolean().optional(),
  fallback: z.boolean().optional(),
  skip_validation: z.boolean().optional(),
})

const trialShape = z.strictObject({
  storage_credential_name: z.string(),
  external_location_name: z.string().optional(),
  url: z.string().optional(),
  read_only: z.boolean().optional(),
})

const OPERATIONS = ['READ', 'LIST', 'WRITE', 'DELETE', 'PATH_EXISTS'] as const

/** What may be tried on storage by a credential. */
export type StorageOperation = (typeof OPERATIONS)[number]

type Credential = Readonly<z.infer<typeof credentialShape>>
type ExternalLocation = Readonly<z.infer<typeof locationShape>>

/** `…/storage-credentials` and `…/external-locations`: the places where tables may lie. */
export class FakeStorage {
  /** Why the cloud lets nobody do what, whatever the credential. */
  readonly refusals = new Map<StorageOperation, string>()
  readonly #credentials = new Map<string, Credential>()
  readonly #locations = new Map<string, ExternalLocation>()
  readonly #metastore: FakeMetastore

  constructor(metastore: FakeMetastore) {
    this.#metastore = metastore
  }

  /** An administrator has set up a place, and lets us put tables there. */
  provide(name: string, url: string): void {
    const { privileges } = this.#metastore
    this.#credentials.set(name, { name, aws_iam_role: { role_arn: `arn:aws:iam::123456789012:role/${name}` } })
    this.#locations.set(name, { name, url, credential_name: name })
    const on = { type: 'external_location', name } as const
    privileges.own(on, 'admins')
    privileges.grant(on, ['CREATE_EXTERNAL_TABLE', 'EXTERNAL_USE_LOCATION', 'READ_FILES', 'WRITE_FILES'])
  }

  /** The external location that a place lies in. */
  covering(place: string): ExternalLocation {
    const found = [...this.#locations.values()].find(({ url }) => isWithin(place, url))
    if (found !== undefined) return found
    throw invalid(`No parent external location was found for path '${place}'. Please create an external location.`)
  }

  answerCredentials(call: FakeCall): Promise<unknown> {
    const name = (call.path[0] ?? '').toLowerCase()
    const found = (): Credential => this.#credentials.get(name) ?? fail('STORAGE_CREDENTIAL', name)
    return dispatch(call, {
      GET: () => page('storage_credentials', [...this.#credentials.values()].map(credentialInfo), call.query),
      POST: () => {
        const credential = bodyOf(call, credentialShape)
        this.#metastore.privileges.require('CREATE_STORAGE_CREDENTIAL', this.#metastore.securable)
        const created = { ...credential, name: kept(credential.name) }
        if (this.#credentials.has(created.name)) throw taken('STORAGE_CREDENTIAL', created.name)
        this.#credentials.set(created.name, created)
        this.#metastore.privileges.own({ type: 'storage_credential', name: created.name })
        return credentialInfo(created)
      },
      'GET :name': () => credentialInfo(found()),
      'DELETE :name': () => {
        this.#credentials.delete(found().name)
        return {}
      },
    })
  }

  answerLocations(call: FakeCall): Promise<unknown> {
    const name = (call.path[0] ?? '').toLowerCase()
    const found = (): ExternalLocation => this.#locations.get(name) ?? fail('EXTERNAL_LOCATION', name)
    return dispatch(call, {
      GET: () => page('external_locations', [...this.#locations.values()], call.query),
      POST: () => this.#createLocation(bodyOf(call, locationShape)),
      'GET :name': found,
      'DELETE :name': () => {
        this.#locations.delete(found().name)
        return {}
      },
    })
  }

  /** `POST …/validate-storage-credentials`. */
  answerTrial(call: FakeCall): Promise<unknown> {
    return dispatch(call, { POST: () => this.#tryOut(bodyOf(call, trialShape)) })
  }

  #tryOut(asked: z.infer<typeof trialShape>): unknown {
    const credential =
      this.#credentials.get(asked.storage_credential_name) ?? fail('STORAGE_CREDENTIAL', asked.storage_credential_name)
    const { external_location_name: covering } = asked
    const location =
      covering === undefined ? undefined : (this.#locations.get(covering) ?? fail('EXTERNAL_LOCATION', covering))
    const url = asked.url ?? location?.url
    if (url === undefined) throw invalid('At least one of external_location_name and url must be provided.')
    this.#requireToMakeLocations(credential)
    this.#refuseOverlap(url, location)
    const isReadOnly = asked.read_only === true || credential.read_only === true
    const results = OPERATIONS.map((operation) => {
      const message = this.refusals.get(operation)
      if (isReadOnly && (operation === 'WRITE' || operation === 'DELETE')) {
        return { operation, result: 'SKIP', message: 'The storage credential is used to read only.' }
      }
      return message === undefined ? { operation, result: 'PASS' } : { operation, result: 'FAIL', message }
    })
    return { isDir: true, results }
  }

  /** A credential is its owner's and the administrators' to try, and theirs who may make external locations with it. */
  #requireToMakeLocations({ name }: Credential): void {
    const { privileges, securable } = this.#metastore
    const on = { type: 'storage_credential', name } as const
    if (privileges.isOwner(securable) || privileges.isOwner(on)) return
    for (const each of [securable, on]) privileges.require('CREATE_EXTERNAL_LOCATION', each)
  }

  #createLocation(location: ExternalLocation): ExternalLocation {
    const { privileges, securable } = this.#metastore
    privileges.require('CREATE_EXTERNAL_LOCATION', securable)
    const created = { ...location, name: kept(location.name) }
    if (!this.#credentials.has(location.credential_name)) fail('STORAGE_CREDENTIAL', location.credential_name)
    if (this.#locations.has(created.name)) throw taken('EXTERNAL_LOCATION', created.name)
    this.#refuseOverlap(location.url)
    this.#locations.set(created.name, created)
    privileges.own({ type: 'external_location', name: created.name })
    return created
  }

  #refuseOverlap(url: string, except?: ExternalLocation): void {
    const other = [...this.#locations.values()].find((each) => each !== except && overlaps(each.url, url))
    if (other === undefined) return
    throw invalid(`Input path url '${url}' overlaps with an existing external location '${other.name}'.`)
  }
}

/** Whether one place is the other, or lies in it. */
export function overlaps(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a)
}

function isWithin(inner: string, outer: string): boolean {
  return closed(inner).startsWith(closed(outer))
}

function closed(place: string): string {
  return `${place.replace(/\/+$/, '')}/`
}

function credentialInfo(credential: Credential): unknown {
  const { aws_iam_role: role } = credential
  const trust = { external_id: 'external-id', unity_catalog_iam_arn: 'arn:aws:iam::414351767826:role/unity-catalog' }
  return { ...credential, ...(role && { aws_iam_role: { ...role, ...trust } }) }
}

function fail(kind: string, name: string): never {
  throw absent(kind, name)
}
