import { type DeltaErrorCode, isDeltaError, messageOf } from '../../errors.ts'
import type { ListOptions, ObjectStore, PutResult } from '../object-store.ts'

/**
 * The few assertions that the contract needs, so that it runs under any test runner or none. A broken promise is an
 * `Error`, as every runner expects it, not the library's own error: it is a verdict on the store, not a failed call.
 */
export function check(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`the store breaks its contract: ${promise}`)
}

/** Compares as JSON, which is enough for keys, outcomes and bytes as arrays. */
export function checkEqual(found: unknown, expected: unknown, promise: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  check(a === b, `${promise}: expected ${b}, found ${a}`)
}

export async function checkFails(code: DeltaErrorCode, call: () => unknown, promise: string): Promise<void> {
  try {
    await call()
  } catch (error) {
    check(isDeltaError(error, code), `${promise}: expected a DeltaError "${code}", found ${messageOf(error)}`)
    return
  }
  check(false, `${promise}: expected a DeltaError "${code}", but the call succeeded`)
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

export async function write(store: ObjectStore, key: string, text: string): Promise<string> {
  const result = await store.put(key, bytesOf(text), { mode: 'overwrite' })
  return etagOf(result, `overwriting ${key}`)
}

export async function read(store: ObjectStore, key: string): Promise<string> {
  return textOf((await store.get(key)).body)
}

export function etagOf(result: PutResult, promise: string): string {
  if (result.outcome === 'written') return result.etag
  throw new Error(`the store breaks its contract: ${promise} is written, found ${result.outcome}`, {
    cause: result.outcome === 'unknown' ? result.cause : undefined,
  })
}

export async function keysOf(store: ObjectStore, options?: ListOptions): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(options)) keys.push(key)
  return keys
}
