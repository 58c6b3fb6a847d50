import { redeemActivation } from '../../src/manifest/index.ts'
import { configOf, emptyPlace, type Place, placeOn } from './killed-connector.ts'
import { copyOf } from './killed-store.ts'
import { type Seen, seeAsRecipient } from './recipient.ts'
import { deliveryOf, type Given } from './world.ts'

/** A connector with a recipient who got in, and what it sees. */
export interface Lived extends Place {
  readonly bearerToken: string
  see(): Promise<Seen>
  /** The same as it is now, in memory: what happens to one does not happen to the other. */
  copy(): Promise<Lived>
}

/** Provisioned, activated, and with some runs published. */
export async function lived(config: object = {}, runs: readonly Given[] = []): Promise<Lived> {
  const place = emptyPlace()
  await place.open().provision(configOf(config))
  const code = place.links[0]?.activationCode ?? ''
  const { bearerToken } = await redeemActivation(place.store, { code }, place)
  for (const run of runs) await place.open().publish(deliveryOf(run))
  return livedOn(place, bearerToken)
}

function livedOn(place: Place, bearerToken: string): Lived {
  return {
    ...place,
    bearerToken,
    see: () => seeAsRecipient(place, bearerToken),
    copy: async () => livedOn(placeOn(await copyOf(place.store, place.runtime), place.runtime), bearerToken),
  }
}
