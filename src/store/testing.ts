import type { ContractCase } from './testing/case.ts'
import { listing } from './testing/listing.ts'
import { racing } from './testing/racing.ts'
import { reading } from './testing/reading.ts'
import { writing } from './testing/writing.ts'

export type { ContractCase } from './testing/case.ts'
export { canBefall, type Fault, faultNames, faults, type Operation } from './testing/fault.ts'
export { type FaultyStore, type FaultyStoreOptions, faultyStore } from './testing/faulty-store.ts'
export type { FaultPlan, FaultRule, FaultyRequest } from './testing/plan.ts'

/**
 * The contract of an `ObjectStore`, every promise of the port as a case, the races included. For a store of your own,
 * under any test runner:
 *
 * ```ts
 * for (const { name, run } of objectStoreContract) test(name, () => run(openAnEmptyStore))
 * ```
 */
export const objectStoreContract: readonly ContractCase[] = [...reading, ...writing, ...listing, ...racing]
