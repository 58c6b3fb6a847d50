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

type Credential = Readonly<z.infer<typeof credentialShape>>
type ExternalLocation = Readonly<z.infer<typeof locationShape>>

/** `…/storage-credentials` and `…/external-locations`: the places where tables may lie. */
export class FakeStorage {
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

  #createLocation(location: ExternalLocation): ExternalLocation {
    const { privileges, securable } = this.#metastore
    privileges.require('CREATE_EXTERNAL_LOCATION', securable)
    const created = { ...location, name: kept(location.name) }
    if (!this.#credentials.has(location.credential_name)) fail('STORAGE_CREDENTIAL', location.credential_name)
    if (this.#locations.has(created.name)) throw taken('EXTERNAL_LOCATION', created.name)
    const other = [...this.#locations.values()].find(({ url }) => overlaps(url, location.url))
    if (other !== undefined) {
      throw invalid(`Input path url '${location.url}' overlaps with an existing external location '${other.name}'.`)
    }
    this.#locations.set(created.name, created)
    privileges.own({ type: 'external_location', name: created.name })
    return created
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
