import { showRecipient } from '../manifest/index.ts'
import { command } from './command.ts'
import { formatRecipient } from './recipient-text.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'

export const recipientShow = command({
  name: 'show',
  summary: 'show a recipient: its shares, tokens (never their text) and state',
  arguments: { name: 'its name' },
  options: { root: rootOption },
  async run({ name, root }, session) {
    const recipient = await showRecipient(await storeAt(root, session), name, callOptions(session))
    await answer(session, { ...recipient }, () => formatRecipient(recipient))
  },
})
