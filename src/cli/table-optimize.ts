import { command } from './command.ts'
import { formatBytes, formatCount } from './grid.ts'
import { openNewest } from './open-version.ts'
import { optional } from './option.ts'
import { answer } from './session.ts'
import { jsonObject, megabytes } from './value.ts'

export const tableOptimize = command({
  name: 'optimize',
  summary: 'write the small files of a table together into larger ones',
  details: `Examples:
  deltaquill table optimize s3://bucket/sales
  deltaquill table optimize s3://bucket/sales --where '{"day": "2026-01-02"}' --target-size 256

No row changes, and appends may go on meanwhile. The old files stay until a vacuum, for readers of older versions.`,
  arguments: { location: 'the table' },
  options: {
    where: optional('json', 'only the partitions that match, by partition columns', jsonObject),
    targetSize: optional('MiB', 'about so large become the files (default: delta.targetFileSize, else 128)', megabytes),
  },
  async run({ location, where, targetSize: targetFileBytes }, session) {
    const { signal } = session
    const table = await openNewest(location, session)
    const result = await table.optimize({ where, targetFileBytes, signal })
    await table.settled()
    await answer(session, { ...result }, () => {
      const { filesRemoved, filesAdded, bytesRemoved, bytesAdded, version } = result
      if (filesRemoved === 0)
        return `nothing to do: the files of ${location} are as they should be (version ${version})`
      return `${formatCount(filesRemoved, 'file')} (${formatBytes(bytesRemoved)}) became ${formatCount(filesAdded, 'file')} (${formatBytes(bytesAdded)}) of ${location}, version ${version}`
    })
  },
})
