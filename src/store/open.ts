import type { Runtime } from '../runtime.ts'
import { parseLocation } from './location.ts'
import { memoryStore } from './memory.ts'
import type { ObjectStore } from './object-store.ts'
import { prefixStore } from './prefix.ts'
import { s3Settings } from './s3/settings.ts'
import { s3Store } from './s3.ts'

export interface OpenStoreOptions {
  readonly runtime?: Runtime
  /** Where the AWS settings are read from; the process's environment unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * The store at a location string. No request is made; the adapter is loaded on demand, so that a browser that never
 * opens a directory or a bucket never loads the code for it.
 * @throws {DeltaError} `invalid-argument` or `unsupported` for a location that is none of ours.
 */
export async function openStore(location: string, options: OpenStoreOptions = {}): Promise<ObjectStore> {
  const { env = globalThis.process?.env ?? {}, ...runtime } = options
  const parsed = parseLocation(location)
  switch (parsed.scheme) {
    case 'memory':
      return prefixStore(memoryStore({ name: parsed.name, ...runtime }), parsed.prefix)
    case 'file': {
      const { localStore } = await import('./local.ts')
      return localStore(parsed.path, runtime)
    }
    case 's3':
      return s3Store({ bucket: parsed.bucket, prefix: parsed.prefix, ...s3Settings(env), ...runtime })
  }
}
