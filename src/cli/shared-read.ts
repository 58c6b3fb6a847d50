import { formatRowJson } from '../schema/index.ts'
import { selectedSchema } from './columns.ts'
import { command } from './command.ts'
import { writeRows } from './rows-out.ts'
import { sharedTableOf } from './shared-table.ts'
import { readOptions } from './table-read.ts'
import { versionOptions } from './version-options.ts'

export const sharedRead = command({
  name: 'read',
  summary: 'print rows of a shared table as JSON Lines',
  arguments: { table: '<profile file>#<share>.<schema>.<table>' },
  options: { version: versionOptions.version, ...readOptions },
  async run({ table: text, version, columns, where, limit }, session) {
    const table = await sharedTableOf(text, session)
    const { signal } = session
    const { schema } = await table.metadata({ signal })
    await writeRows(
      table.read({ version, columns, where, limit, signal }),
      formatRowJson(selectedSchema(schema, columns)),
      session,
    )
  },
})
