import { command } from './command.ts'
import { formatGrid } from './grid.ts'
import { openNewest } from './open-version.ts'
import { optional } from './option.ts'
import { answerList } from './session.ts'
import { wholeNumber } from './value.ts'

export const tableHistory = command({
  name: 'history',
  summary: 'list the commits of a table, newest first',
  arguments: { location: 'the table' },
  options: { limit: optional('n', 'at most so many', wholeNumber) },
  async run({ location, limit }, session) {
    const table = await openNewest(location, session)
    const entries = await table.history(limit === undefined ? {} : { limit })
    await answerList(
      session,
      entries.map((entry) => ({ ...entry })),
      () =>
        formatGrid(
          ['version', 'time', 'operation'],
          entries.map(({ version, timestamp, operation }) => [version, new Date(timestamp).toISOString(), operation]),
        ),
    )
  },
})
