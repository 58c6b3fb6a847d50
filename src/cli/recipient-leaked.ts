import { replaceLeaked } from '../manifest/index.ts'
import { command } from './command.ts'
import { formatCount } from './grid.ts'
import { formatInvitation, invitationJson } from './recipient-text.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'

export const recipientLeaked = command({
  name: 'leaked',
  summary: 'a token or link got into wrong hands: end them all now, keep the grants, make a new link',
  details: [
    'Servers hear of it within their --auth-cache (5 s unless said). File URLs that were signed by the storage before',
    'cannot be called back: they end by themselves, after an hour unless "serve --url-ttl" says otherwise.',
  ].join('\n'),
  arguments: { name: 'its name' },
  options: { root: rootOption },
  async run({ name, root }, session) {
    const replacement = await replaceLeaked(await storeAt(root, session), name, callOptions(session))
    const { endedTokens, voidedLink, shares } = replacement
    session.note(
      `${formatCount(endedTokens, 'token')} ended${voidedLink ? ', and a link is void' : ''}; the new one opens ${shares.join(', ') || 'no share yet'}`,
    )
    await answer(session, { ...invitationJson(replacement), endedTokens, voidedLink, shares }, () =>
      formatInvitation(replacement),
    )
  },
})
