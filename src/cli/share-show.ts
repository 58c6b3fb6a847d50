import { loadShare } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { formatShare } from './share-text.ts'

export const shareShow = command({
  name: 'show',
  summary: 'show a share and its tables',
  arguments: { share: 'its name' },
  options: { root: rootOption },
  async run({ share: name, root }, session) {
    const share = await loadShare(await storeAt(root, session), name, callOptions(session))
    await answer(session, share, () => formatShare(share))
  },
})
