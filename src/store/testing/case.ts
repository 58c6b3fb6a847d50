import type { ObjectStore } from '../object-store.ts'

/** One promise of the port, as a program: it resolves if the store keeps it, else it throws. */
export interface ContractCase {
  /** A sentence about the behaviour. */
  readonly name: string
  /** `open` gives an empty store of its own at each call. */
  run(open: () => Promise<ObjectStore>): Promise<void>
}
