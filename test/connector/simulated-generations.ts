import type { ObjectStore } from '../../src/store/index.ts'
import type { Seen, SeenVersion } from './recipient.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { PinnedWorld } from './world.ts'

/** A state of the share, as its recipient saw it when it was published: later some of it may be erased. */
export interface Generation {
  readonly generation: number
  readonly seen: Seen
  /** What the recipient could read of earlier versions; undefined where nobody looked. */
  readonly history: readonly SeenVersion[] | undefined
}

/** Reading all earlier versions takes long: they are looked at in one of so many generations. */
const EACH = 3

/** Every state of the share that was ever published. */
export class SimulatedGenerations implements Iterable<Generation> {
  readonly #all: Generation[] = []
  #newest = 0

  /** The number of the newest. */
  get newest(): number {
    return this.#newest
  }

  [Symbol.iterator](): Iterator<Generation> {
    return this.#all.values()
  }

  /** What the recipient saw of one. */
  seenAt(generation: number): Seen {
    return this.#all.find((each) => each.generation === generation)?.seen ?? {}
  }

  /** The store of a world, through which whoever publishes is seen to do so. No time passes while the recipient looks. */
  recorded({ store, see, seeHistory }: PinnedWorld, time: VirtualTime): ObjectStore {
    return {
      ...store,
      put: async (key, body, options) => {
        const put = await store.put(key, body, options)
        if (key.startsWith('sharing/shares/') && put.outcome === 'written') {
          const { generation } = JSON.parse(new TextDecoder().decode(body))
          this.#newest = generation
          const isLookedInto = generation % EACH === 0
          const look = async () => ({ seen: await see(), history: isLookedInto ? await seeHistory() : undefined })
          this.#all.push({ generation, ...(await time.still(look)) })
        }
        return put
      },
    }
  }
}
