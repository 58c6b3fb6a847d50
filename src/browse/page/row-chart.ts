import { element, scrollingTable, svgElement } from './dom.ts'
import type { RowCount } from './table-history.ts'
import { count, counted, moment } from './words.ts'

const HEIGHT = 200
const MARGIN = { top: 12, right: 12, bottom: 28, left: 56 }
const TICKS = 4

/** Rows over versions: a line for the eye, and the same numbers as a table. */
export function rowChart(counts: readonly RowCount[]): HTMLElement {
  const [first, last] = [counts[0], counts.at(-1)]
  const plot = element('div', { class: 'plot' })
  const summary =
    first && last
      ? `From ${counted(first.rows, 'row')} in version ${first.version} to ${counted(last.rows, 'row')} in version ${last.version}.`
      : ''
  // Drawn for the width that there is, so that its text keeps its size.
  new ResizeObserver(() => plot.replaceChildren(lineChart(counts, plot.clientWidth, summary))).observe(plot)
  return element(
    'figure',
    {},
    element('figcaption', { class: 'quiet' }, summary),
    plot,
    element('details', {}, element('summary', {}, 'The same as a table'), countTable(counts)),
  )
}

function countTable(counts: readonly RowCount[]): HTMLElement {
  const head = [
    element('th', { scope: 'col', class: 'number' }, 'Version'),
    element('th', { scope: 'col', class: 'number' }, 'Rows'),
    element('th', { scope: 'col' }, 'Committed'),
  ]
  const rows = counts.map(({ version, rows, committedAt }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'number' }, String(version)),
      element('td', { class: 'number' }, count(rows)),
      element('td', {}, committedAt === undefined ? '' : moment(committedAt)),
    ),
  )
  return scrollingTable('Rows by version', head, rows)
}

function lineChart(counts: readonly RowCount[], width: number, summary: string): SVGSVGElement {
  const [first = 0, last = 0] = [counts[0]?.version, counts.at(-1)?.version]
  const step = niceStep(Math.max(...counts.map(({ rows }) => rows), 1) / TICKS)
  const top = step * Math.ceil(Math.max(...counts.map(({ rows }) => rows), 1) / step)
  const x = (version: number): number =>
    MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (version - first)) / Math.max(last - first, 1)
  const y = (rows: number): number => HEIGHT - MARGIN.bottom - ((HEIGHT - MARGIN.top - MARGIN.bottom) * rows) / top
  const grid = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step).flatMap((rows) => [
    svgElement('line', { class: 'grid', x1: MARGIN.left, x2: width - MARGIN.right, y1: y(rows), y2: y(rows) }),
    svgElement('text', { x: MARGIN.left - 8, y: y(rows) + 4, 'text-anchor': 'end' }, short(rows)),
  ])
  const line = counts.map(({ version, rows }) => `${x(version)},${y(rows)}`).join(' ')
  const dots = counts.map(({ version, rows }) =>
    svgElement(
      'circle',
      { cx: x(version), cy: y(rows), r: 3.5 },
      svgElement('title', {}, `version ${version}: ${counted(rows, 'row')}`),
    ),
  )
  const labels = [
    svgElement('text', { x: x(first), y: HEIGHT - 8, 'text-anchor': 'start' }, `version ${first}`),
    svgElement('text', { x: x(last), y: HEIGHT - 8, 'text-anchor': 'end' }, `version ${last}`),
  ]
  return svgElement(
    'svg',
    { role: 'img', 'aria-label': `Rows over versions. ${summary}`, width, height: HEIGHT, class: 'chart' },
    ...grid,
    svgElement('polyline', { points: line }),
    ...dots,
    ...labels,
  )
}

/** The smallest of 1, 2, 5, 10, 20 … that is not below; rows are whole. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(atLeast, 1)))
  return power * ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10)
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact' })

function short(rows: number): string {
  return COMPACT.format(rows)
}
