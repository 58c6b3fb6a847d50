import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { changeRecord, createRecord, readRecord } from '../record/index.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { ManifestOptions } from './options.ts'
import { createSecret } from './secret.ts'
import { isoTime } from './time.ts'
import { MANIFEST_VERSION } from './version.ts'

/** The endpoint of profiles and links where nobody said another: `serve` with its defaults on this machine. */
export const DEFAULT_ENDPOINT = 'http://127.0.0.1:8080/delta-sharing'

const settingsShape = z.object({
  manifestVersion: z.literal(MANIFEST_VERSION),
  /** The endpoint as recipients reach it. */
  publicUrl: z.url().optional(),
  /** Ids of the keys that sign page tokens and file URLs. The first signs, all are believed. */
  signingKeys: z.array(z.uuid()),
})

const keyShape = z.object({
  manifestVersion: z.literal(MANIFEST_VERSION),
  id: z.uuid(),
  /** 256 bits in base64url; used as text. */
  secret: z.string().min(43),
  createdAt: z.iso.datetime(),
})

/** What all servers over one root agree on. */
export type ServerSettings = z.infer<typeof settingsShape>

/** A key of HMAC-SHA-256, held in the root store so that every server over it believes the others' signatures. */
export type SigningKey = z.infer<typeof keyShape>

const SETTINGS_KEY = 'sharing/server.json'

/** The settings, empty where none were ever written. */
export async function loadServerSettings(store: ObjectStore, options: ManifestOptions = {}): Promise<ServerSettings> {
  return (await readRecord(store, SETTINGS_KEY, settingsShape, options)) ?? NO_SETTINGS
}

/** Remembers under which URL recipients reach the endpoint, for links and profiles. @throws {DeltaError} `invalid-argument`. */
export async function recordPublicUrl(
  store: ObjectStore,
  endpoint: string,
  options: ManifestOptions = {},
): Promise<void> {
  const publicUrl = parseEndpoint(endpoint)
  await changeSettings(
    store,
    (settings) => (settings.publicUrl === publicUrl ? settings : { ...settings, publicUrl }),
    options,
  )
}

/**
 * The keys that sign and verify, newest use first; the first is made where there is none yet. Of several servers that
 * start at the same time one makes it, decided by compare-and-swap, and all get the same.
 */
export async function ensureSigningKeys(store: ObjectStore, options: ManifestOptions = {}): Promise<SigningKey[]> {
  const settings = await loadServerSettings(store, options)
  if (settings.signingKeys.length > 0) return loadKeys(store, settings.signingKeys, options)
  const key = await createSigningKey(store, options)
  const { signingKeys } = await changeSettings(
    store,
    (current) => (current.signingKeys.length > 0 ? current : { ...current, signingKeys: [key.id] }),
    options,
  )
  if (!signingKeys.includes(key.id)) await store.delete([signingKeyPath(key.id)], { signal: options.signal })
  return loadKeys(store, signingKeys, options)
}

/** The endpoint that a recipient's profile names: its own, else the public URL, else `fallback`, else the default. */
export function endpointOf(
  recipient: { readonly endpoint?: string | undefined },
  { publicUrl }: ServerSettings,
  fallback: string = DEFAULT_ENDPOINT,
): string {
  return recipient.endpoint ?? publicUrl ?? fallback
}

/** {@link endpointOf} by the settings as they are now. */
export async function loadEndpoint(
  store: ObjectStore,
  recipient: { readonly endpoint?: string | undefined },
  { fallback, ...options }: ManifestOptions & { readonly fallback?: string | undefined } = {},
): Promise<string> {
  return endpointOf(recipient, await loadServerSettings(store, options), fallback)
}

/**
 * An endpoint as profiles hold it: http or https, without user, query, fragment and trailing slash.
 * @throws {DeltaError} `invalid-argument`.
 */
export function parseEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !isPlain(url)) {
    throw new DeltaError(
      'invalid-argument',
      'an endpoint must be an http or https URL without user, query and fragment, such as https://share.example.com/delta-sharing',
    )
  }
  return url.href.replace(/\/+$/, '')
}

function isPlain({ protocol, username, password, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ''
}

const NO_SETTINGS: ServerSettings = { manifestVersion: MANIFEST_VERSION, signingKeys: [] }

async function changeSettings(
  store: ObjectStore,
  change: (settings: ServerSettings) => ServerSettings,
  options: ManifestOptions,
): Promise<ServerSettings> {
  const exists = await readRecord(store, SETTINGS_KEY, settingsShape, options)
  if (exists === undefined) {
    await createRecord(store, SETTINGS_KEY, settingsShape, NO_SETTINGS, () => true, options)
  }
  const missing = (): DeltaError =>
    new DeltaError('conflict', `${store.location}/${SETTINGS_KEY} was deleted while it was changed: try again`)
  return changeRecord(store, SETTINGS_KEY, settingsShape, change, missing, options)
}

async function createSigningKey(store: ObjectStore, options: ManifestOptions): Promise<SigningKey> {
  const { runtime = systemRuntime } = options
  const key: SigningKey = {
    manifestVersion: MANIFEST_VERSION,
    id: runtime.uuid(),
    secret: createSecret(),
    createdAt: isoTime(runtime.now()),
  }
  await createRecord(
    store,
    signingKeyPath(key.id),
    keyShape,
    key,
    (existing) => existing.secret === key.secret,
    options,
  )
  return key
}

async function loadKeys(store: ObjectStore, ids: readonly string[], options: ManifestOptions): Promise<SigningKey[]> {
  return Promise.all(
    ids.map(async (id) => {
      const key = await readRecord(store, signingKeyPath(id), keyShape, options)
      if (key !== undefined) return key
      throw new DeltaError(
        'invalid-data',
        `${store.location}/${SETTINGS_KEY} names signing key ${id}, but there is no ${signingKeyPath(id)}: restore that object, or take its id out`,
      )
    }),
  )
}

function signingKeyPath(id: string): string {
  return `sharing/keys/${id}.json`
}
