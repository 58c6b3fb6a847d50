import type { ActivationState } from '../manifest/index.ts'
import { PROFILE_FILE, readingSnippets } from '../wire/index.ts'
import { ACTIVATION_STYLE } from './activation-style.ts'
import { type Html, html, htmlPage } from './html.ts'
import { type Answer, answerOf } from './http.ts'

/** What the holder of an activation link is going to get. */
export interface Offer {
  readonly endpoint: string
  /** Until when the link and the token are good, ISO 8601. */
  readonly expiresAt: string
  readonly tokenExpiresAt: string
  /** The tables that are shared with the recipient, as `share.schema.table`. */
  readonly tables: readonly string[]
  /** Whether this server has a share browser to send people to. */
  readonly hasBrowser: boolean
}

/**
 * What a recipient sees who opens an activation link. Opening shows a button and changes nothing, because mail scanners
 * and link previews open links too; pressing it downloads the profile, once. The page stays, so it says at once what to
 * do with the file afterwards.
 */
export function activationPage(offer: Offer): Answer {
  const [table] = offer.tables
  return page(
    200,
    'Your data share is ready',
    html`<p>${scopeOf(offer.tables)} To read it you need a profile file, and this page hands it out.</p>
<ul>
<li>The button downloads <code>${PROFILE_FILE}</code>: the address of the data, and a secret token that is good until ${moment(offer.tokenExpiresAt)}.</li>
<li>It works once. The token is in that file and nowhere else: no page shows it, and nobody can look it up again.</li>
<li>Treat the file like a password: keep it where only you can read it, and out of chats, mails and repositories.</li>
</ul>
<form method="post"><button>Download ${PROFILE_FILE}</button></form>
<p class="quiet">Only the button uses up the link; opening this page does not. The link waits until ${moment(offer.expiresAt)}.</p>
<h2>Then read the data</h2>
<p class="quiet">Each of these takes the token from the file. One click marks a whole snippet.</p>
${readingSnippets({ table, endpoint: offer.endpoint }).map(
  ({ tool, before, code }) => html`<h3>${tool}</h3>
<p class="quiet">${before}</p>
<pre tabindex="0" aria-label="Snippet for ${tool}"><code>${code}</code></pre>`,
)}
${offer.hasBrowser ? html`<h2>Or look at it here</h2>\n<p>Open the <a href="../browse">share browser</a> and drop the file in: tables, columns and first rows, with nothing to install.</p>` : undefined}`,
  )
}

/** The same place when the link cannot be redeemed any more, or never could. */
export function spentPage(spent: Exclude<ActivationState, { state: 'ready' }>): Answer {
  switch (spent.state) {
    case 'used':
      return page(
        404,
        'This link was used',
        html`<p>It works once, and the profile file was downloaded on ${moment(spent.at)}.</p>
<p>If that was you, look for <code>${PROFILE_FILE}</code> among your downloads; if it is lost, ask your share provider for a new link.</p>
<p>If it was not you, <strong>tell your share provider now</strong>: somebody else holds the token, and they can make it worthless.</p>`,
      )
    case 'expired':
      return page(
        404,
        'This link has expired',
        html`<p>It could be used until ${moment(spent.at)}. Ask your share provider for a new link.</p>`,
      )
    case 'unknown':
      return page(
        404,
        'This link does not work',
        html`<p>It was replaced by a newer one, or a part of it is missing: check that you copied the whole link, and else ask
your share provider for a new link.</p>`,
      )
  }
}

/** The same place when the link may be good and still nothing is given out. */
export function refusedPage(status: number, message: string): Answer {
  return page(
    status,
    status === 503 ? 'Please try again in a moment' : 'This link does not work from here',
    html`<p>${message.charAt(0).toUpperCase()}${message.slice(1)}.</p>`,
  )
}

/** The profile, as a download. */
export function profileDownload(profile: string): Answer {
  return answerOf(profile, {
    headers: {
      ...PRIVATE,
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${PROFILE_FILE}"`,
    },
  })
}

/** Nothing that has to do with an activation link may be stored, passed on or found by a search engine. */
const PRIVATE = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'x-content-type-options': 'nosniff',
}

function page(status: number, heading: string, body: Html): Answer {
  return htmlPage({
    title: heading,
    style: ACTIVATION_STYLE,
    body: html`<main>\n<h1>${heading}</h1>\n${body}\n</main>`,
    status,
    headers: PRIVATE,
  })
}

function scopeOf(tables: readonly string[]): string {
  if (tables.length === 0) return 'Somebody shares data with you, though no table is in it yet.'
  const shares = [...new Set(tables.map((table) => table.split('.').slice(0, -2).join('.')))]
  const named = shares.length > 3 ? `${shares.slice(0, 3).join(', ')} and more` : shares.join(', ')
  return `Somebody shares data with you: ${tables.length === 1 ? 'one table' : `${tables.length} tables`} in ${named}.`
}

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

function moment(iso: string): Html {
  return html`<time datetime="${iso}">${MOMENT.format(new Date(iso))} UTC</time>`
}
