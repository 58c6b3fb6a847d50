import { dropRecipient } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'

export const recipientDrop = command({
  name: 'drop',
  summary: 'delete a recipient with its tokens, its link and what it was granted',
  arguments: { name: 'its name' },
  options: { root: rootOption },
  async run({ name, root }, session) {
    await dropRecipient(await storeAt(root, session), name, callOptions(session))
    await answer(session, { name, dropped: true }, () => `dropped recipient ${name}`)
  },
})
