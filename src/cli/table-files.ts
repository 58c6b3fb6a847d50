import { command } from './command.ts'
import { formatBytes, formatGrid } from './grid.ts'
import { openVersion } from './open-version.ts'
import { answerList } from './session.ts'
import { versionOptions } from './version-options.ts'

export const tableFiles = command({
  name: 'files',
  summary: 'list the data files of a table',
  arguments: { location: 'the table' },
  options: versionOptions,
  async run({ location, version, timestamp }, session) {
    const table = await openVersion(location, { version, timestamp }, session)
    const files = table.files().map((file) => ({ ...file }))
    await answerList(session, files, () =>
      files.length === 0
        ? 'no data files'
        : formatGrid(
            ['path', 'rows', 'size', 'written'],
            files.map(({ path, rows, bytes, modificationTime }) => [
              path,
              rows,
              formatBytes(bytes),
              new Date(modificationTime).toISOString(),
            ]),
          ),
    )
  },
})
