import { parseJson } from '../json.ts'
import { formatSchema, typeName } from '../schema/index.ts'
import { command } from './command.ts'
import { formatBytes, formatFields, formatGrid } from './grid.ts'
import { answer } from './session.ts'
import { sharedTableOf } from './shared-table.ts'
import { versionChoice, versionOptions } from './version-options.ts'

export const sharedInfo = command({
  name: 'info',
  summary: 'show version, columns, properties and size of a shared table',
  arguments: { table: '<profile file>#<share>.<schema>.<table>' },
  options: versionOptions,
  async run({ table: text, version, timestamp }, session) {
    const table = await sharedTableOf(text, session)
    const { signal } = session
    const metadata = await table.metadata({ ...versionChoice({ version, timestamp }), signal })
    const { schema, partitionColumns, properties, format, files = null, bytes = null } = metadata
    const info = {
      table: table.name,
      version: metadata.version,
      schema: parseJson(formatSchema(schema)),
      partitionColumns,
      properties,
      format,
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
        ['files', files === null || bytes === null ? 'unknown' : `${files} (${formatBytes(bytes)})`],
        ['format', format],
        ...Object.entries(properties).map(([key, value]) => [key, value] as const),
      ])
      return `${fields}\n\n${formatGrid(['column', 'type', ''], columns)}`
    })
  },
})
