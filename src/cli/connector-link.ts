import type { Deliver } from '../connector/index.ts'
import type { JsonObject } from '../json.ts'
import { activationUrl as linkOf } from '../manifest/index.ts'
import { formatFields } from './grid.ts'
import { answer, type Session } from './session.ts'

/**
 * Prints activation links on stdout, each once, as the answer of the command. It counts as delivered when it has left the
 * process.
 */
export function printedLinks(connector: JsonObject & { readonly connector: string }, session: Session): Deliver {
  return async ({ name: recipient, activationCode, activationUrl, activationExpiresAt, expiresAt }, { contact }) => {
    if (isOfOurServer(activationUrl, activationCode) && isOfThisMachine(activationUrl))
      session.note(`warning: ${unreachable(connector.connector, activationUrl)}`)
    const link = { ...connector, recipient, activationUrl, activationExpiresAt, expiresAt }
    await answer(
      session,
      link,
      () => `${formatFields([
        ['connector', connector.connector],
        ['recipient', recipient],
        ['activation link', activationUrl],
        ['link good until', activationExpiresAt],
        ['token good until', expiresAt],
      ])}

Take the link to ${contact}: it opens once, and gives the profile file with the token. It is kept nowhere.`,
    )
    await session.out.flush()
  }
}

/** Whether a link is one of deltaquill's own server, for Databricks hands out links of other forms. */
function isOfOurServer(link: string, code: string): boolean {
  return URL.canParse(link) && linkOf(link, code) === link
}

/** Whether a URL leads back to whoever opens it. */
function isOfThisMachine(url: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(new URL(url).hostname)
}

function unreachable(connector: string, url: string): string {
  return `the link and the profile that it gives lead to ${new URL(url).host}, which is reached from this machine only: for a customer elsewhere, "connector rotate ${connector} --endpoint URL" makes another link, with the address at which deltaquill serve is reached`
}
