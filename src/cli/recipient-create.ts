import { createRecipient } from '../manifest/index.ts'
import { command } from './command.ts'
import { optional, withDefault } from './option.ts'
import { formatInvitation, invitationJson } from './recipient-text.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { duration, names, text } from './value.ts'

export const recipientCreate = command({
  name: 'create',
  summary: 'make a recipient and the activation link for it',
  arguments: { name: 'its name' },
  options: {
    root: rootOption,
    expiresIn: withDefault('time', 'how long its tokens live', duration, '90d'),
    ip: optional('cidr,…', 'the only addresses it may come from', names),
    endpoint: optional('url', 'the endpoint for its link and profile, instead of what serve recorded', text),
  },
  async run({ name, root, expiresIn, ip, endpoint }, session) {
    const store = await storeAt(root, session)
    const recipient = { name, expiresIn, allowedIps: ip, endpoint }
    const invitation = await createRecipient(store, recipient, callOptions(session))
    await answer(session, invitationJson(invitation), () => formatInvitation(invitation))
  },
})
