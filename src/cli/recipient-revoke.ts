import { revokeRecipient } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'

export const recipientRevoke = command({
  name: 'revoke',
  summary: 'end all tokens and the link of a recipient now; its grants stay',
  arguments: { name: 'its name' },
  options: { root: rootOption },
  async run({ name, root }, session) {
    await revokeRecipient(await storeAt(root, session), name, callOptions(session))
    await answer(session, { name, revoked: true }, () => `revoked ${name}; "recipient rotate" lets it in again`)
  },
})
