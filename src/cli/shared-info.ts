import { parseJson } from '../json.ts'
import { formatSchema, typeName } from '../schema/index.ts'
import { command } from './command.ts'
import { formatFields, formatGrid } from './grid.ts'
import { answer } from './session.ts'
import { sharedTableOf } from './shared-table.ts'
import { versionChoice, versionOptions } from './version-options.ts'

export const sharedInfo = command({
  name: 'info',
  summary: 'show version and columns of a shared table',
  arguments: { table: '<profile file>#<share>.<schema>.<table>' },
  options: versionOptions,
  async run({ table: text, version, timestamp }, session) {
    const table = await sharedTableOf(text, session)
    const { signal } = session
    const metadata = await table.metadata({ ...versionChoice({ version, timestamp }), signal })
    const { schema, partitionColumns } = metadata
    const info = {
      table: table.name,
      version: metadata.version,
      schema: parseJson(formatSchema(schema)),
      partitionColumns,
      properties: metadata.configuration,
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
