import { grantShare } from '../manifest/index.ts'
import { command } from './command.ts'
import { required } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const recipientGrant = command({
  name: 'grant',
  summary: 'let a recipient read a share',
  arguments: { name: 'the recipient' },
  options: {
    root: rootOption,
    share: required('share', 'the share that it may read', text),
  },
  async run({ name: recipient, root, share }, session) {
    await grantShare(await storeAt(root, session), { recipient, share }, callOptions(session))
    await answer(session, { name: recipient, share, granted: true }, () => `${recipient} may read ${share}`)
  },
})
