import { DeltaError, isDeltaError } from '../errors.ts'
import type { ShownTable } from '../manifest/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { openTable, type Table } from '../table/index.ts'
import { storeAt } from './root.ts'
import type { Session } from './session.ts'

/**
 * Looks at a table before it is shown. What is not there, or filtered by what it has not, would fail at the recipient,
 * who cannot mend it.
 * @throws {DeltaError} `not-found` for a table or version; `invalid-argument` for a filter that does not fit.
 */
export async function checkShown(shown: ShownTable, session: Session): Promise<void> {
  const { location, version, partition } = shown
  const { runtime, signal } = session
  const table = await openTable(location, {
    store: await storeAt(location, session),
    runtime,
    signal,
    ...(typeof version === 'number' ? { version } : {}),
  })
  if (partition !== undefined) checkPartition(partition, table, `table ${shown.schema}.${shown.name}`)
}

function checkPartition(partition: NonNullable<ShownTable['partition']>, table: Table, what: string): void {
  const fields = table.schema.fields.filter(({ name }) => table.partitionColumns.includes(name))
  if (fields.length === 0) {
    throw new DeltaError('invalid-argument', `${what} has no partitions: share it without a filter`)
  }
  try {
    parseFilter(partition, { type: 'struct', fields })
  } catch (error) {
    if (!isDeltaError(error)) throw error
    const columns = fields.map(({ name }) => name).join(', ')
    throw new DeltaError(
      'invalid-argument',
      `${what} cannot be shared by this partition filter: ${error.message}; its partition columns are ${columns}`,
      { cause: error },
    )
  }
}
