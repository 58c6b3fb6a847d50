import { formatRowJson } from '../schema/index.ts'
import { selectedSchema } from './columns.ts'
import { command } from './command.ts'
import { writeRows } from './rows-out.ts'
import { sharedTableOf } from './shared-table.ts'
import { readOptions } from './table-read.ts'
import { versionChoice, versionOptions } from './version-options.ts'

export const sharedRead = command({
  name: 'read',
  summary: 'print rows of a shared table as JSON Lines',
  arguments: { table: '<profile file>#<share>.<schema>.<table>' },
  options: { ...versionOptions, ...readOptions },
  async run({ table: text, version, timestamp, columns, where, limit }, session) {
    const point = versionChoice({ version, timestamp })
    const table = await sharedTableOf(text, session)
    const { signal } = session
    const { schema } = await table.metadata({ ...point, signal })
    await writeRows(
      table.read({ ...point, columns, where, limit, signal }),
      formatRowJson(selectedSchema(schema, columns)),
      session,
    )
  },
})
