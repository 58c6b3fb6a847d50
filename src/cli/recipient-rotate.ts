import { rotateRecipient } from '../manifest/index.ts'
import { command } from './command.ts'
import { withDefault } from './option.ts'
import { formatInvitation, invitationJson } from './recipient-text.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { duration } from './value.ts'

export const recipientRotate = command({
  name: 'rotate',
  summary: 'make a new activation link; the tokens that are out end after the overlap',
  arguments: { name: 'its name' },
  options: {
    root: rootOption,
    overlap: withDefault('time', 'how long the old tokens go on', duration, '24h'),
  },
  async run({ name, root, overlap }, session) {
    const invitation = await rotateRecipient(await storeAt(root, session), { name, overlap }, callOptions(session))
    await answer(session, invitationJson(invitation), () => formatInvitation(invitation))
  },
})
