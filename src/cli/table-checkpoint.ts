import { openTable } from '../table/index.ts'
import { command } from './command.ts'
import { formatBytes } from './grid.ts'
import { storeAt } from './root.ts'
import { answer } from './session.ts'

export const tableCheckpoint = command({
  name: 'checkpoint',
  summary: 'write a checkpoint of a table, and clean up its log behind it',
  arguments: { location: 'the table' },
  options: {},
  async run({ location }, session) {
    const { runtime, signal } = session
    const store = await storeAt(location, session)
    const table = await openTable(location, {
      store,
      runtime,
      signal,
      onWarning: (message) => session.note(`warning: ${message}`),
    })
    const written = await table.checkpoint({ signal })
    await table.settled()
    const { version, kind, files, bytes } = written
    await answer(session, { version, kind, files, bytes }, () => {
      return `checkpoint of version ${version}: ${files} ${files === 1 ? 'file' : 'files'} in ${formatBytes(bytes)}, ${kind}`
    })
  },
})
