import { DeltaError } from '../errors.ts'
import { changeSchema } from '../scan/index.ts'
import { formatRowJson } from '../schema/index.ts'
import { selectedSchema } from './columns.ts'
import { command } from './command.ts'
import { optional } from './option.ts'
import { writeRows } from './rows-out.ts'
import { sharedTableOf } from './shared-table.ts'
import { readOptions } from './table-read.ts'
import { instant, wholeNumber } from './value.ts'

export const sharedChanges = command({
  name: 'changes',
  summary: 'print the rows of a shared table that changed as JSON Lines',
  details:
    'Each row has the columns of the table, and _change_type (insert, delete, update_preimage, update_postimage),\n_commit_version and _commit_timestamp. The table must be shared with its history, and have a change data feed.',
  arguments: { table: '<profile file>#<share>.<schema>.<table>' },
  options: {
    from: optional('n', 'the first version whose changes are wanted', wholeNumber),
    fromTimestamp: optional('iso', 'the first version at or after this time', instant),
    to: optional('n', 'the last one; the newest unless said', wholeNumber),
    toTimestamp: optional('iso', 'the last one at or before this time', instant),
    ...readOptions,
  },
  async run({ table: text, from, fromTimestamp, to, toTimestamp, columns, where, limit }, session) {
    if ((from === undefined) === (fromTimestamp === undefined)) {
      throw new DeltaError('invalid-argument', 'say where to begin: either --from or --from-timestamp')
    }
    const table = await sharedTableOf(text, session)
    const { signal } = session
    const { schema } = await table.metadata({ signal })
    const format = formatRowJson(selectedSchema(changeSchema(schema), columns))
    const range = {
      startingVersion: from,
      startingTimestamp: fromTimestamp,
      endingVersion: to,
      endingTimestamp: toTimestamp,
    }
    await writeRows(table.changes({ ...range, columns, where, limit, signal }), format, session)
  },
})
