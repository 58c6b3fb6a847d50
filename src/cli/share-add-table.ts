import { addTable, parseTableName } from '../manifest/index.ts'
import { command } from './command.ts'
import { flag, optional, required, withDefault } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer, locationOf } from './session.ts'
import { formatShare } from './share-text.ts'
import { checkShown } from './shown-table.ts'
import { jsonObject, text, versionOrLatest, wholeNumber } from './value.ts'

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
    partition: optional('json', 'show only these partitions, such as {"country": {"in": ["DE", "FR"]}}', jsonObject),
  },
  async run({ share, table, root, location, ...shown }, session) {
    const entry = { ...parseTableName(table), location: locationOf(location, session), ...shown }
    await checkShown(entry, session)
    const changed = await addTable(await storeAt(root, session), { share, ...entry }, callOptions(session))
    await answer(session, changed, () => formatShare(changed))
  },
})
