import { test } from 'vitest'
import type { ObjectStore } from '../../src/store/index.ts'
import { objectStoreContract } from '../../src/store/testing.ts'

/** Registers every case of the contract with vitest; `open` gives an empty store at each call. */
export function testObjectStore(open: () => Promise<ObjectStore>, options: { timeout?: number } = {}): void {
  for (const { name, run } of objectStoreContract) test(name, options, () => run(open))
}
