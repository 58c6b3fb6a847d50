import { changeSchema } from '../scan/index.ts'
import { formatRowJson } from '../schema/index.ts'
import { selectedSchema } from './columns.ts'
import { command } from './command.ts'
import { openVersion } from './open-version.ts'
import { optional, required } from './option.ts'
import { writeRows } from './rows-out.ts'
import { readOptions } from './table-read.ts'
import { wholeNumber } from './value.ts'

export const tableChanges = command({
  name: 'changes',
  summary: 'print the rows that changed from version to version as JSON Lines',
  details:
    'Each row has the columns of the table, and _change_type (insert, delete, update_preimage, update_postimage),\n_commit_version and _commit_timestamp. The table must have delta.enableChangeDataFeed=true in all these versions.',
  arguments: { location: 'the table' },
  options: {
    from: required('n', 'the first version whose changes are wanted', wholeNumber),
    to: optional('n', 'the last one; the newest unless said', wholeNumber),
    columns: readOptions.columns,
    where: readOptions.where,
  },
  async run({ location, from, to, columns, where }, session) {
    const { signal } = session
    const table = await openVersion(location, { version: to, timestamp: undefined }, session)
    const format = formatRowJson(selectedSchema(changeSchema(table.schema), columns))
    await writeRows(table.changes({ from, to, columns, where, signal }), format, session)
  },
})
