import { announce, button, byId, element } from './dom.ts'
import { openSession, type Session, tablePath } from './session.ts'
import { markShown, shareList } from './share-list.ts'
import { tableView } from './table-view.ts'
import { counted, day, fromNow } from './words.ts'

export { problemView } from './problem.ts'

/**
 * Opens a profile and shows what it shares.
 * @param onClose is called when the recipient closes the profile, or the function that is given back does.
 * @throws {DeltaError} when the profile cannot be opened; nothing is shown then.
 */
export async function showShares(text: string, filesWorker: string, onClose: () => void): Promise<() => void> {
  const session = await openSession(text, filesWorker)
  const nav = shareList(session.shares)
  const main = element('main', {})
  let leaving = new AbortController()

  const showTable = (): void => {
    // Where the link leads that skips to the content.
    if (location.hash === '#content') return
    const table = tableInHash(session)
    const path = table && tablePath(table)
    leaving.abort()
    leaving = new AbortController()
    markShown(nav, path)
    main.replaceChildren(table ? tableView(session, table, leaving.signal) : welcome(session))
    document.title = path === undefined ? TITLE : `${path} · ${TITLE}`
    main.querySelector('h2')?.focus()
  }
  const close = (): void => {
    removeEventListener('hashchange', showTable)
    leaving.abort()
    session.close()
    byId('session').replaceChildren()
    history.replaceState(null, '', location.pathname)
    document.title = TITLE
    onClose()
  }

  byId('session').replaceChildren(expiry(session), button('Close profile', close, { class: 'small' }))
  byId('content').replaceChildren(element('div', { class: 'columns' }, nav, main))
  addEventListener('hashchange', showTable)
  announce(`Opened: ${summary(session)}`)
  const [only, ...others] = session.shares.flatMap(({ tables }) => tables)
  // With one table there is nothing to choose.
  if (location.hash === '' && only && others.length === 0) location.hash = encodeURIComponent(tablePath(only))
  else showTable()
  return close
}

const TITLE = 'Share browser'

function tableInHash({ shares }: Session) {
  const wanted = decoded(location.hash.slice(1))
  return shares.flatMap(({ tables }) => tables).find((table) => tablePath(table) === wanted)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function welcome(session: Session): HTMLElement {
  const isEmpty = session.shares.every(({ tables }) => tables.length === 0)
  return element(
    'div',
    { class: 'empty' },
    element('h2', { tabindex: -1 }, isEmpty ? 'Nothing is shared with you yet' : summary(session)),
    element(
      'p',
      { class: 'quiet' },
      isEmpty
        ? 'The profile is good. As soon as your share provider adds tables, they are here: open the file again then.'
        : 'Choose a table to see its columns and first rows.',
    ),
  )
}

function summary({ shares }: Session): string {
  const tables = shares.reduce((sum, share) => sum + share.tables.length, 0)
  return `${counted(tables, 'table')} in ${counted(shares.length, 'share')}`
}

function expiry({ profile, runtime }: Session): HTMLElement {
  const until = Date.parse(profile.expirationTime ?? '')
  if (Number.isNaN(until)) return element('span', {})
  const title = `Token good until ${day(until)}`
  return element('span', { class: 'quiet' }, `${title} (${fromNow(until, runtime.now())})`)
}
