import { isDeltaError, messageOf } from '../../errors.ts'
import { copyable } from './copy.ts'
import { type Child, element } from './dom.ts'
import { blockedOrigin } from './file-fetch.ts'
import { ForeignProfile } from './session.ts'

/** What went wrong, in the words of somebody who can do something about it. */
export function problemView(error: unknown, about: 'profile' | 'table'): HTMLElement {
  const { heading, says } = explain(error, about)
  return element('div', { class: 'problem', role: 'alert' }, element('h3', {}, heading), ...says)
}

interface Explanation {
  readonly heading: string
  readonly says: readonly Child[]
}

function explain(error: unknown, about: 'profile' | 'table'): Explanation {
  const blocked = blockedOrigin(error)
  if (blocked !== undefined) return explainBlocked(blocked)
  if (error instanceof ForeignProfile) return explainForeign(error)
  const says = [element('p', {}, sentence(messageOf(error)))]
  if (!isDeltaError(error)) return { heading: 'Something went wrong in this page', says }
  switch (error.code) {
    case 'unauthenticated':
      return { heading: 'The server does not accept this profile', says }
    case 'invalid-argument':
      return { heading: about === 'profile' ? 'This is not a profile file' : 'The server did not understand', says }
    case 'not-found':
      return { heading: about === 'profile' ? 'There are no shares there' : 'This table is not shared with you', says }
    case 'permission-denied':
      return { heading: 'The server refuses', says }
    case 'unsupported':
      return { heading: 'This cannot be shown here', says }
    case 'unavailable':
      return { heading: 'The server cannot be reached', says }
    case 'rate-limited':
      return { heading: 'Too many requests', says }
    default:
      return { heading: 'This did not work', says }
  }
}

function explainForeign({ message, browser }: ForeignProfile): Explanation {
  return {
    heading: 'This profile is for another server',
    says: [
      element('p', {}, `${sentence(message)} Its token is for that server alone, so it was not used here.`),
      element('p', {}, 'That server may have a share browser too: ', element('a', { href: browser }, browser)),
    ],
  }
}

/** The storage is in order and the profile too; only the one who runs the bucket can change this. */
function explainBlocked(origin: string): Explanation {
  return {
    heading: 'The storage does not let this page read the rows',
    says: [
      element(
        'p',
        {},
        'pandas, Spark and other tools are not concerned. A browser reads files of another origin only if that origin allows it (CORS), and ',
        element('code', {}, origin),
        ' does not allow ',
        element('code', {}, location.origin),
        '. Whoever runs the bucket can allow it with these rules:',
      ),
      copyable('CORS rules for the bucket', corsRules(location.origin)),
    ],
  }
}

/** The rules as the consoles of S3 and its kind take them. */
function corsRules(origin: string): string {
  return `[
  {
    "AllowedOrigins": [${JSON.stringify(origin)}],
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedHeaders": ["range"],
    "ExposeHeaders": ["Content-Range", "Content-Length"],
    "MaxAgeSeconds": 3600
  }
]`
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
