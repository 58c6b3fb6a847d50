import { type JsonObject, parseJson } from '../json.ts'
import { formatSchema, typeName } from '../schema/index.ts'
import type { TableInfo } from '../table/index.ts'
import { command } from './command.ts'
import { formatBytes, formatFields, formatGrid } from './grid.ts'
import { openVersion } from './open-version.ts'
import { answer } from './session.ts'
import { versionOptions } from './version-options.ts'

export const tableInfo = command({
  name: 'info',
  summary: 'show version, columns, properties and size of a table',
  arguments: { location: 'the table' },
  options: versionOptions,
  async run({ location, version, timestamp }, session) {
    const table = await openVersion(location, { version, timestamp }, session)
    const info = table.info()
    await answer(session, infoJson(info), () => formatInfo(info))
  },
})

function infoJson(info: TableInfo): JsonObject {
  const { version, partitionColumns, protocol, properties, files, rows, bytes } = info
  const schema = parseJson(formatSchema(info.schema))
  return { version, schema, partitionColumns, protocol: { ...protocol }, properties, files, rows, bytes }
}

function formatInfo(info: TableInfo): string {
  const { location, version, partitionColumns, protocol, properties, files, rows, bytes } = info
  const columns = info.schema.fields.map(({ name, type, nullable }) => [
    name,
    typeName(type),
    nullable ? '' : 'not null',
    partitionColumns.includes(name) ? 'partition' : '',
  ])
  const fields = formatFields([
    ['table', location],
    ['version', `${version}, of ${new Date(info.timestamp).toISOString()}`],
    ['rows', rows ?? 'unknown'],
    ['files', `${files} (${formatBytes(bytes)})`],
    ['protocol', `reader ${protocol.minReaderVersion}, writer ${protocol.minWriterVersion}`],
    ...Object.entries(properties).map(([key, value]) => [key, value] as const),
  ])
  return `${fields}\n\n${formatGrid(['column', 'type', '', ''], columns)}`
}
