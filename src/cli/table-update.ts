import { command } from './command.ts'
import { formatCount } from './grid.ts'
import { openNewest } from './open-version.ts'
import { optional, required } from './option.ts'
import { answer } from './session.ts'
import { jsonObject } from './value.ts'

export const tableUpdate = command({
  name: 'update',
  summary: 'set columns of rows of a table to values, in one commit',
  details: `Examples:
  deltaquill table update s3://bucket/sales --where '{"sku": "A1"}' --set '{"price": 1.50}'
  deltaquill table update ./sales --set '{"checked": false}'`,
  arguments: { location: 'the table' },
  options: {
    where: optional('json', 'only rows that pass, such as {"price": {"gte": 10}, "country": "DE"}', jsonObject),
    set: required('json', 'columns and their new values, such as {"price": 1.50, "seen": null}', jsonObject),
  },
  async run({ location, where, set }, session) {
    const { signal } = session
    const table = await openNewest(location, session)
    const result = await table.update({ where, set, signal })
    await table.settled()
    await answer(session, { ...result }, () => {
      if (result.rows === 0) return `nothing to do: no row of ${location} passes (version ${result.version})`
      return `updated ${formatCount(result.rows, 'row')} of ${location}, version ${result.version}`
    })
  },
})
