import { setRecipient, showRecipient } from '../manifest/index.ts'
import { command } from './command.ts'
import { optional } from './option.ts'
import { formatRecipient } from './recipient-text.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { duration, names, orNone, text } from './value.ts'

export const recipientSet = command({
  name: 'set',
  summary: 'change the terms of a recipient; what is not said stays',
  arguments: { name: 'its name' },
  options: {
    root: rootOption,
    expiresIn: optional('time', 'how long its tokens live, from the next link on', duration),
    ip: optional('cidr,…', 'the only addresses it may come from, at once; none for any', orNone(names)),
    endpoint: optional('url', "the endpoint for its next link and profile; none for the server's", orNone(text)),
  },
  async run({ name, root, expiresIn, ip, endpoint }, session) {
    const store = await storeAt(root, session)
    await setRecipient(store, { name, expiresIn, allowedIps: ip === null ? [] : ip, endpoint }, callOptions(session))
    const recipient = await showRecipient(store, name, callOptions(session))
    await answer(session, { ...recipient }, () => formatRecipient(recipient))
  },
})
