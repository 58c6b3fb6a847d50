import {
  findTable,
  loadShare,
  parseTableName,
  type ShownTable,
  setTable,
  type TableChange,
  type TableEntry,
} from '../manifest/index.ts'
import { command } from './command.ts'
import { optional, optionalValue } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer, locationOf } from './session.ts'
import { formatShare } from './share-text.ts'
import { checkShown } from './shown-table.ts'
import { jsonObject, onOrOff, orNone, text, versionOrLatest, wholeNumber } from './value.ts'

export const shareSetTable = command({
  name: 'set-table',
  summary: 'change what a share shows of a table; what is not said stays, and so does its id',
  arguments: { share: 'its name', table: 'the table as recipients call it: schema.table' },
  options: {
    root: rootOption,
    location: optional('location', 'where the table is now', text),
    version: optional('n', 'the version that recipients see, or latest to follow the table', versionOrLatest),
    history: optionalValue('true|false', 'whether recipients may read other versions too', onOrOff),
    startVersion: optional('n', 'the oldest version they may read, or none for the first', orNone(wholeNumber)),
    partition: optional('json', 'show only these partitions, or none of the filter: all of them', orNone(jsonObject)),
  },
  async run({ share: name, table, root, location, ...rest }, session) {
    const store = await storeAt(root, session)
    const at = location === undefined ? undefined : locationOf(location, session)
    const change = { ...parseTableName(table), location: at, ...rest }
    const entry = findTable(await loadShare(store, name, callOptions(session)), change)
    if (entry !== undefined) await checkShown(shownBy(entry, change), session)
    const changed = await setTable(store, { share: name, ...change }, callOptions(session))
    await answer(session, changed, () => formatShare(changed))
  },
})

/** What would be looked at by those who read the table after the change. */
function shownBy(entry: TableEntry, change: TableChange): ShownTable {
  const { location = entry.location, version = entry.version, partition = entry.partition } = change
  return { schema: entry.schema, name: entry.name, location, version, partition: partition ?? undefined }
}
