import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { formatCount } from './grid.ts'
import { openNewest } from './open-version.ts'
import { flag, optional } from './option.ts'
import { answer } from './session.ts'
import { jsonObject } from './value.ts'

export const tableDelete = command({
  name: 'delete',
  summary: 'delete rows of a table, in one commit',
  details: `Examples:
  deltaquill table delete s3://bucket/sales --where '{"country": "DE", "price": {"lt": 10}}'
  deltaquill table delete ./sales --all

Earlier versions keep the rows until a vacuum takes their files.`,
  arguments: { location: 'the table' },
  options: {
    where: optional('json', 'the rows that pass, such as {"price": {"gte": 10}, "country": "DE"}', jsonObject),
    all: flag('every row, in place of --where'),
    withoutValues: flag('name only the columns of --where in the history, not its values'),
  },
  async run({ location, where, all, withoutValues }, session) {
    if ((where === undefined) !== all) {
      throw new DeltaError('invalid-argument', 'give either --where or --all: one of them says which rows go')
    }
    const { signal } = session
    const table = await openNewest(location, session)
    const result = await table.delete({ where, withoutValues, signal })
    await table.settled()
    await answer(session, { ...result }, () => {
      if (result.rows === 0) return `nothing to do: no row of ${location} passes (version ${result.version})`
      return `deleted ${formatCount(result.rows, 'row')} of ${location}, version ${result.version}`
    })
  },
})
