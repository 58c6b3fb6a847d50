import type { Maintained } from '../connector/index.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatBytes, formatGrid } from './grid.ts'
import { answer } from './session.ts'

export const connectorMaintain = command({
  name: 'maintain',
  summary: 'write small files together and delete what no version that is shown needs',
  details:
    'Now and then, as once a day: runs may be published at the same time. Files stay until the retention of their table is over.',
  arguments: { connector: 'its id' },
  options: { root: storageRoot, webhook: webhookOption },
  async run({ connector: id, root, webhook }, session) {
    const handle = await connectorAt(id, root, session, { webhook })
    const maintained = await handle.maintain({ signal: session.signal })
    for (const { limit, table, used, allowed, isNear } of maintained.limits) {
      if (isNear) session.note(`warning: ${used} of ${allowed} ${limit}${table === undefined ? '' : ` of ${table}`}`)
    }
    const limits = maintained.limits.map((limit) => ({ ...limit }))
    await answer(session, { ...maintained, limits }, () => formatMaintained(maintained))
  },
})

function formatMaintained({ tables, generation }: Maintained): string {
  if (tables.length === 0) return `nothing to do; generation ${generation}`
  const rows = tables.map(({ name, version, filesRemoved, filesAdded, deleted, bytes }) => {
    return [name, version, filesRemoved, filesAdded, deleted, formatBytes(bytes)]
  })
  return formatGrid(['table', 'version', 'files', 'became', 'deleted', 'bytes'], rows)
}
