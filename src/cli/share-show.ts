import { loadShare, recipientsOf } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { formatShare } from './share-text.ts'

export const shareShow = command({
  name: 'show',
  summary: 'show a share, its tables, and who may read it',
  arguments: { share: 'its name' },
  options: { root: rootOption },
  async run({ share: name, root }, session) {
    const store = await storeAt(root, session)
    const share = await loadShare(store, name, callOptions(session))
    const recipients = await recipientsOf(store, share, callOptions(session))
    await answer(session, { ...share, recipients }, () => formatShare(share, recipients))
  },
})
