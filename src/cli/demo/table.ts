import { isDeltaError } from '../../errors.ts'
import { createTable, openTable, type Table } from '../../table/index.ts'
import { storeAt } from '../root.ts'
import type { Session } from '../session.ts'
import { sampleRows, sampleSchema } from './sample.ts'

/** The table of the demo: the one that an earlier run left, or a new one with the sample in it. */
export async function demoTable(location: string, session: Session): Promise<{ table: Table; isNew: boolean }> {
  const { runtime, signal } = session
  const settings = { store: await storeAt(location, session), runtime, signal }
  try {
    return { table: await openTable(location, settings), isNew: false }
  } catch (error) {
    if (!isDeltaError(error, 'not-found')) throw error
    const table = await createTable(location, { ...settings, schema: sampleSchema, rows: sampleRows() })
    return { table, isNew: true }
  }
}
