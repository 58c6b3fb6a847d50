import { dropShare } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'

export const shareDrop = command({
  name: 'drop',
  summary: 'drop a share; its tables stay where they are',
  arguments: { share: 'its name' },
  options: { root: rootOption },
  async run({ share, root }, session) {
    await dropShare(await storeAt(root, session), share, callOptions(session))
    await answer(session, { share, dropped: true }, () => `dropped share ${share}; its tables are untouched`)
  },
})
