import { parseActivationCode, redeemActivation } from '../manifest/index.ts'
import { formatProfile, type Profile } from '../wire/index.ts'
import { activateAt } from './activate.ts'
import { command } from './command.ts'
import { optional } from './option.ts'
import { writeProfileFile } from './profile-file.ts'
import { callOptions, storeAt } from './root.ts'
import { answer, type Session } from './session.ts'
import { text } from './value.ts'

export const recipientActivate = command({
  name: 'activate',
  summary: 'redeem an activation link, once: prints the profile file, or writes it with --out',
  arguments: { link: 'the activation link' },
  options: {
    out: optional('file', 'where the profile file goes, readable by its owner only; stdout unless said', text),
    root: optional('location', 'redeem it here, without a server', text),
  },
  async run({ link, out, root }, session) {
    const redeem = root === undefined ? () => activateAt(link, session.signal) : () => redeemAt(link, root, session)
    if (out === undefined) return session.out.write(formatProfile(await redeem()))
    const { endpoint, expirationTime = null } = await writeProfileFile(out, redeem, session)
    await answer(
      session,
      { profile: out, endpoint, expirationTime },
      () => `wrote the profile file ${out}; it holds a secret token, keep it to yourself`,
    )
  },
})

async function redeemAt(link: string, root: string, session: Session): Promise<Profile> {
  const code = parseActivationCode(link)
  return redeemActivation(await storeAt(root, session), { code }, callOptions(session))
}
