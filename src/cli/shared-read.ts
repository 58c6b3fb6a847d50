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
    const table = await sharedTableOf(text, session)
    const choice = versionChoice({ version, timestamp })
    const { schema } = await table.metadata(choice)
    const { signal } = session
    await writeRows(
      table.read({ ...choice, columns, where, limit, signal }),
      formatRowJson(selectedSchema(schema, columns)),
      session,
    )
  },
})
