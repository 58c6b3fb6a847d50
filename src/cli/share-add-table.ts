import { addTable, parseTableName } from '../manifest/index.ts'
import { openTable } from '../table/index.ts'
import { command } from './command.ts'
import { flag, optional, required, withDefault } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer, locationOf } from './session.ts'
import { formatShare } from './share-text.ts'
import { text, versionOrLatest, wholeNumber } from './value.ts'

export const shareAddTable = command({
  name: 'add-table',
  summary: 'show a table in a share',
  arguments: { share: 'its name', table: 'what recipients call the table: schema.table' },
  options: {
    root: rootOption,
    location: required('location', 'where the table is', text),
    version: withDefault(
      'n',
      'the version that recipients see, or latest to follow the table',
      versionOrLatest,
      'latest',
    ),
    history: flag('let recipients read other versions too'),
    startVersion: optional('n', 'with --history: the oldest version they may read', wholeNumber),
  },
  async run({ share, table, root, location, version, history, startVersion }, session) {
    const name = parseTableName(table)
    const store = await storeAt(location, session)
    const { runtime, signal } = session
    // A share of nothing would fail at the recipient, who cannot mend it.
    await openTable(location, { store, runtime, signal, ...(version === 'latest' ? {} : { version }) })
    const changed = await addTable(
      await storeAt(root, session),
      { share, ...name, location: locationOf(location, session), version, history, startVersion },
      callOptions(session),
    )
    await answer(session, changed, () => formatShare(changed))
  },
})
