import { HistoryWorld, type Step } from './history-world.ts'

const STEPS = 14

const ACTS: Readonly<Record<string, Step>> = {
  'publishes (1)': (world) => world.publish(),
  'publishes (2)': (world) => world.publish(),
  'publishes (3)': (world) => world.publish(),
  'publishes (4)': (world) => world.publish(),
  'publishes (5)': (world) => world.publish(),
  'reconciles (1)': (world) => world.reconcile(),
  'reconciles (2)': (world) => world.reconcile(),
  'grants again': (world) => world.regrant(),
  'by hand: an object is removed': (world) => world.removeObject(),
  'by hand: an object is renamed': (world) => world.renameObject(),
  'by hand: two objects exchange their names': (world) => world.exchangeNames(),
  'by hand: history is flipped': (world) => world.flipHistory(),
  'by hand: a foreign object is added': (world) => world.addForeign(),
  'by hand: a stranger is granted': (world) => world.grantStranger(),
  'by hand: a grant is revoked': (world) => world.revokeGrant(),
  'by hand: the recipient is renamed': (world) => world.renameRecipient(),
  'by hand: the recipient is deleted': (world) => world.deleteRecipient(),
  'by hand: the name of the recipient is taken': (world) => world.takeName(),
}

/**
 * Lives through a random history of a share: publishers of two processes that read the share before they publish, or long
 * before, die, lose answers or sleep while others work; people who change share, grants and recipients by hand in Databricks.
 * After each step, recipients see nothing of ours that nobody published, nobody is granted anything by us but our recipient,
 * and what others put there is there. In the end reconciling makes catalog and ledger one.
 */
export async function liveThrough(seed: number): Promise<void> {
  const world = new HistoryWorld(seed, ACTS)
  await world.begin()
  for (let step = 0; step < STEPS; step++) await world.step()
  await world.end()
}
