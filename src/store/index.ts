/** Bytes by name, with conditional writes: the port, its adapters for memory and S3, and the probe of a foreign store. */
export { canFence } from './fence.ts'
export { formatLocation, type Location, parseLocation } from './location.ts'
export { memoryStore } from './memory.ts'
export type {
  CallOptions,
  CredentialLender,
  GetOptions,
  LendOptions,
  LentCredentials,
  ListOptions,
  ObjectMeta,
  ObjectStore,
  ObjectWriter,
  Presigner,
  PutOptions,
  PutResult,
  PutStreamOptions,
  StoredObject,
} from './object-store.ts'
export { type OpenStoreOptions, openStore } from './open.ts'
export { prefixStore } from './prefix.ts'
export { type ProbeCheck, type ProbeOptions, type ProbeReport, probeStore } from './probe.ts'
export type { RetryPolicy } from './retry.ts'
export { type Environment, type S3Credentials, type S3Settings, s3Settings } from './s3/settings.ts'
export { type S3StoreOptions, s3Store } from './s3.ts'
