import { formatRowJson } from '../schema/index.ts'
import { selectedSchema } from './columns.ts'
import { command } from './command.ts'
import { openVersion } from './open-version.ts'
import { optional } from './option.ts'
import { writeRows } from './rows-out.ts'
import { jsonObject, names, wholeNumber } from './value.ts'
import { versionOptions } from './version-options.ts'

/** What can be asked of a table, by its owner and by a recipient alike. */
export const readOptions = {
  columns: optional('a,b', 'only these columns, in this order', names),
  where: optional('json', 'only rows that pass, such as {"price": {"gte": 10}, "country": "DE"}', jsonObject),
  limit: optional('n', 'at most so many rows', wholeNumber),
}

export const tableRead = command({
  name: 'read',
  summary: 'print rows as JSON Lines',
  arguments: { location: 'the table' },
  options: { ...versionOptions, ...readOptions },
  async run({ location, version, timestamp, columns, where, limit }, session) {
    const { signal } = session
    const table = await openVersion(location, { version, timestamp }, session)
    const format = formatRowJson(selectedSchema(table.schema, columns))
    await writeRows(table.read({ columns, where, limit, signal }), format, session)
  },
})
