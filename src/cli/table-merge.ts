import { command } from './command.ts'
import { formatCount } from './grid.ts'
import { openInput, rowsInto } from './input/index.ts'
import { inputOptions } from './input-options.ts'
import { openNewest } from './open-version.ts'
import { required, withDefault } from './option.ts'
import { answer } from './session.ts'
import { names, oneOf } from './value.ts'

export const tableMerge = command({
  name: 'merge',
  summary: 'replace rows of a table by those of a file with the same key, and insert the others, in one commit',
  details: `Examples:
  deltaquill table merge s3://bucket/prices --from prices.csv --on sku
  deltaquill table merge ./prices --from changed.jsonl --on sku,country --when-not-matched ignore

The rows of the file are held in memory; of the table only files are read that may hold one of their keys.`,
  arguments: { location: 'the table' },
  options: {
    from: inputOptions.from,
    format: inputOptions.format,
    on: required('a,b', 'the columns whose values, together, are the key of a row', names),
    whenMatched: withDefault('what', 'rows whose key is there: update or ignore', oneOf('update', 'ignore'), 'update'),
    whenNotMatched: withDefault('what', 'rows whose key is new: insert or ignore', oneOf('insert', 'ignore'), 'insert'),
    renameColumns: inputOptions.renameColumns,
  },
  async run({ location, from, format, on, whenMatched, whenNotMatched, renameColumns }, session) {
    const { signal } = session
    const table = await openNewest(location, session)
    const input = await openInput(from, { format, rename: renameColumns }, session)
    try {
      const rows = await rowsInto(table.schema, input)
      const result = await table.merge(rows, { on, whenMatched, whenNotMatched, signal })
      await table.settled()
      await answer(session, { ...result }, () => {
        const { rowsUpdated, rowsInserted, version } = result
        return `updated ${formatCount(rowsUpdated, 'row')} and inserted ${formatCount(rowsInserted, 'row')} of ${location}, version ${version}`
      })
    } finally {
      await input.close()
    }
  },
})
