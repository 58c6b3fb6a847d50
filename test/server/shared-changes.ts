import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addTable, type TableEntry } from '../../src/manifest/index.ts'
import { openWorld } from './world.ts'

const FIXTURES = 'fixtures/changes'
export const TABLE = '/shares/sales/schemas/shop/tables'
export const DELTA = {
  'delta-sharing-capabilities': 'responseformat=delta;readerfeatures=deletionvectors,columnmapping',
}

/** The world with every table of `fixtures/changes` shared, and what asks for their changes. */
export async function openChanges() {
  const world = await openWorld()

  /** Copies a table of the fixtures into the world, and shares it. */
  async function share(name: string, entry: Partial<TableEntry> = {}, from = name): Promise<void> {
    const folder = join(FIXTURES, from, 'table')
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const path = join(file.parentPath, file.name)
      await world.tableAt(name).put(path.slice(folder.length + 1), readFileSync(path), { mode: 'overwrite' })
      await world.runtime.sleep(1000)
    }
    await addTable(world.root, { share: 'sales', schema: 'shop', name, location: name, history: true, ...entry }, world)
  }

  function changes(table: string, query: string, headers: Record<string, string> = {}): Promise<Response> {
    return world.ask(`${TABLE}/${table}/changes?${query}`, { headers })
  }

  function since(table: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return world.ask(`${TABLE}/${table}/query`, { method: 'POST', body: JSON.stringify(body), headers })
  }

  for (const name of readdirSync(FIXTURES).filter((each) => !each.includes('.'))) await share(name)
  return { world, share, changes, since }
}

export async function refusal(response: Response): Promise<{ status: number; message: string }> {
  return { status: response.status, message: JSON.parse(await response.text()).message }
}
