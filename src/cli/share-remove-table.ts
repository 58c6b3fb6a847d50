import { parseTableName, removeTable } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { formatShare } from './share-text.ts'

export const shareRemoveTable = command({
  name: 'remove-table',
  summary: 'take a table out of a share; the table itself stays',
  arguments: { share: 'its name', table: 'the table as recipients call it: schema.table' },
  options: { root: rootOption },
  async run({ share, table, root }, session) {
    const name = parseTableName(table)
    const changed = await removeTable(await storeAt(root, session), { share, ...name }, callOptions(session))
    await answer(session, changed, () => formatShare(changed))
  },
})
