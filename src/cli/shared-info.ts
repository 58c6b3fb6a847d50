import { parseJson } from '../json.ts'
import { formatSchema, typeName } from '../schema/index.ts'
import { command } from './command.ts'
import { formatFields, formatGrid } from './grid.ts'
import { answer } from './session.ts'
import { sharedTableOf } from './shared-table.ts'

export const sharedInfo = command({
  name: 'info',
  summary: 'show version and columns of a shared table',
  arguments: { table: '<profile file>#<share>.<schema>.<table>' },
  options: {},
  async run({ table: text }, session) {
    const table = await sharedTableOf(text, session)
    const { signal } = session
    const metadata = await table.metadata({ signal })
    const { schema, partitionColumns, files = null, bytes = null } = metadata
    const info = {
      table: table.name,
      version: metadata.version,
      schema: parseJson(formatSchema(schema)),
      partitionColumns,
      files,
      bytes,
    }
    await answer(session, info, () => {
      const columns = schema.fields.map(({ name, type }) => [
        name,
        typeName(type),
        partitionColumns.includes(name) ? 'partition' : '',
      ])
      const fields = formatFields([
        ['table', table.name],
        ['version', metadata.version],
      ])
      return `${fields}\n\n${formatGrid(['column', 'type', ''], columns)}`
    })
  },
})
