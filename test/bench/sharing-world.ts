import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { type ObjectStore, openStore } from '../../src/store/index.ts'
import { withBucket } from './bucket.ts'
import { writeProductLog } from './sharing-tables.ts'

/** A place with tables, a share of them, and a recipient. */
export interface SharingWorld {
  readonly root: string
  readonly token: string
  /** What the store is, for the reader. */
  readonly found: string
}

export function tableName(files: number): string {
  return `products_${files}`
}

/** Makes tables with so many files in a real S3 server, shares them, and takes all away when `run` has ended. */
export function withSharedTables<T>(files: readonly number[], run: (world: SharingWorld) => Promise<T>): Promise<T> {
  return withBucket(async ({ root, found }) => {
    for (const count of files) await writeProductLog(await openStore(`${root}/${tableName(count)}`), count)
    return run({ root, token: await shareAll(root, files), found })
  })
}

async function shareAll(root: string, files: readonly number[]): Promise<string> {
  const store: ObjectStore = await openStore(root)
  const call = { runtime: systemRuntime }
  await createShare(store, { name: 'bench' }, call)
  for (const count of files) {
    const name = tableName(count)
    await addTable(store, { share: 'bench', schema: 'shop', name, location: `${root}/${name}` }, call)
  }
  const { activationCode } = await createRecipient(store, { name: 'reader' }, call)
  await grantShare(store, { recipient: 'reader', share: 'bench' }, call)
  return (await redeemActivation(store, { code: activationCode }, call)).bearerToken
}
