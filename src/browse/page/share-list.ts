import { element } from './dom.ts'
import { type SharedShare, tablePath } from './session.ts'
import { counted } from './words.ts'

/** From how many tables on it helps to filter them by name. */
const MANY = 9

/** Every share with its tables, as links. */
export function shareList(shares: readonly SharedShare[]): HTMLElement {
  const links: { readonly item: HTMLElement; readonly path: string }[] = []
  const sections = shares.map(({ name, tables }) => {
    const items = tables.map((table) => {
      const path = tablePath(table)
      const link = element(
        'a',
        { href: `#${encodeURIComponent(path)}` },
        `${table.schema}.`,
        element('b', {}, table.name),
      )
      const item = element('li', {}, link)
      links.push({ item, path })
      return item
    })
    return element(
      'section',
      {},
      element('h2', {}, name),
      items.length === 0 ? element('p', { class: 'quiet' }, 'No tables yet.') : element('ul', {}, ...items),
    )
  })
  return element(
    'nav',
    { class: 'shares', 'aria-label': 'Shared tables' },
    links.length < MANY ? undefined : filterBox(links),
    ...sections,
  )
}

/** Marks the link of the table that is shown. */
export function markShown(nav: HTMLElement, path: string | undefined): void {
  for (const link of nav.querySelectorAll('a')) {
    if (path !== undefined && link.hash === `#${encodeURIComponent(path)}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}

function filterBox(links: readonly { readonly item: HTMLElement; readonly path: string }[]): HTMLElement {
  const box = element('input', {
    type: 'search',
    placeholder: `Filter ${counted(links.length, 'table')}`,
    'aria-label': 'Filter tables by name',
  })
  box.addEventListener('input', () => {
    const wanted = box.value.trim().toLowerCase()
    for (const { item, path } of links) item.hidden = !path.toLowerCase().includes(wanted)
  })
  return box
}
