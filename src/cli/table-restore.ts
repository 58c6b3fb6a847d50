import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { formatCount } from './grid.ts'
import { openNewest } from './open-version.ts'
import { optional } from './option.ts'
import { answer } from './session.ts'
import { instant, wholeNumber } from './value.ts'

export const tableRestore = command({
  name: 'restore',
  summary: 'make a table what it was in an earlier version, in a new version',
  details: `Examples:
  deltaquill table restore s3://bucket/sales --version 12
  deltaquill table restore s3://bucket/sales --timestamp 2026-01-02T03:04:05Z

Files and properties come back; the history stays. A version of which a vacuum took a file cannot be restored.`,
  arguments: { location: 'the table' },
  options: {
    version: optional('n', 'the version to restore', wholeNumber),
    timestamp: optional('iso', 'the newest version at this time', instant),
  },
  async run({ location, version, timestamp }, session) {
    const { signal } = session
    if ((version === undefined) === (timestamp === undefined)) {
      throw new DeltaError('invalid-argument', 'give either --version or --timestamp: one of them says what to restore')
    }
    const table = await openNewest(location, session)
    const result = await table.restore({ version, timestamp, signal })
    await table.settled()
    await answer(session, { ...result }, () => {
      const { filesAdded, filesRemoved, restored } = result
      return `version ${result.version} of ${location} is what version ${restored} was: ${formatCount(filesAdded, 'file')} came back, ${formatCount(filesRemoved, 'file')} went`
    })
  },
})
