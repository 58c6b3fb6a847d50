import { pinnedVersions } from '../manifest/index.ts'
import { openTable, type VacuumResult } from '../table/index.ts'
import { command } from './command.ts'
import { formatBytes, formatCount } from './grid.ts'
import { flag, optional } from './option.ts'
import { callOptions, storeAt } from './root.ts'
import { answer, locationOf } from './session.ts'
import { duration, text, versions } from './value.ts'

export const tableVacuum = command({
  name: 'vacuum',
  summary: 'delete the files that no version of a table worth keeping needs',
  details: `Examples:
  deltaquill table vacuum s3://bucket/sales --dry-run
  deltaquill table vacuum s3://bucket/sales --root s3://bucket/sharing
  deltaquill table vacuum s3://bucket/sales --retain 720h --keep-versions 12,40

Versions within the retention stay readable, and so do those that are to be kept. Where shares show a table, --root says
where they are: the versions that they pin are kept then. Less than the table's own retention needs --force.`,
  arguments: { location: 'the table' },
  options: {
    retain: optional(
      'time',
      'how long files stay, such as 168h (default: delta.deletedFileRetentionDuration, else 7d)',
      duration,
    ),
    keepVersions: optional('a,b', 'versions that stay readable, however old they are', versions),
    root: optional('location', 'where shares are kept: the versions that they pin stay', text),
    dryRun: flag('tell what would be deleted, and delete nothing'),
    force: flag('allow --retain below the retention of the table'),
  },
  async run({ location, retain: retentionMilliseconds, keepVersions = [], root, dryRun, force }, session) {
    const { runtime, signal } = session
    const pinned =
      root === undefined
        ? []
        : await pinnedVersions(await storeAt(root, session), locationOf(location, session), callOptions(session))
    const table = await openTable(location, {
      store: await storeAt(location, session),
      runtime,
      signal,
      keepVersions: [...keepVersions, ...pinned],
      onWarning: (message) => session.note(`warning: ${message}`),
    })
    const result = await table.vacuum({ retentionMilliseconds, dryRun, force, signal })
    await table.settled()
    await answer(session, { ...result }, () => tell(location, result))
  },
})

function tell(location: string, { deleted, bytes, kept, files }: VacuumResult): string {
  const what = `${formatCount(deleted, 'file')} (${formatBytes(bytes)})`
  if (files === undefined) return `deleted ${what} of ${location}, kept ${kept}`
  return [...files, `would delete ${what} of ${location}, and keep ${kept}`].join('\n')
}
