import { ungrantShare } from '../manifest/index.ts'
import { command } from './command.ts'
import { required } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const recipientUngrant = command({
  name: 'ungrant',
  summary: 'take a share away from a recipient',
  arguments: { name: 'the recipient' },
  options: {
    root: rootOption,
    share: required('share', 'the share that it may no longer read', text),
  },
  async run({ name: recipient, root, share }, session) {
    await ungrantShare(await storeAt(root, session), { recipient, share }, callOptions(session))
    await answer(session, { name: recipient, share, granted: false }, () => `${recipient} may no longer read ${share}`)
  },
})
