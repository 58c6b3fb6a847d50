import type { SharedTableInfo, TableName } from '../../client/index.ts'
import { readingSnippets } from '../../wire/index.ts'
import { copyable } from './copy.ts'
import { type Child, element } from './dom.ts'
import { previewView } from './preview.ts'
import { problemView } from './problem.ts'
import { rowChart } from './row-chart.ts'
import { sampleVersions } from './row-count.ts'
import { schemaView } from './schema-view.ts'
import { type Session, tablePath } from './session.ts'
import {
  countNewest,
  countVersions,
  firstVersion,
  newestVersion,
  type RowCount,
  type TableVersion,
} from './table-history.ts'
import { count, fromNow, moment, size } from './words.ts'

/** Everything about one table. What takes longer fills in its place when it is there. */
export function tableView(session: Session, name: TableName, signal: AbortSignal): HTMLElement {
  const path = tablePath(name)
  const table = session.catalog.table(path)
  const metadata = table.metadata({ signal })
  const newest = newestVersion(session, name, signal)
  // What fails here fails louder where the rows themselves are read.
  const counted = countOf(session, name, metadata, signal).catch(() => undefined)
  const describe = async (): Promise<Child[]> => {
    const [info, version] = await Promise.all([metadata, newest])
    return [
      info.description === undefined ? undefined : element('p', {}, info.description),
      factList(info, version, rowsFact(counted), session.runtime.now()),
    ]
  }
  return element(
    'article',
    { class: 'about', 'aria-labelledby': 'table-name' },
    element(
      'h2',
      { id: 'table-name', tabindex: -1 },
      element('span', { class: 'quiet' }, `${name.share}.${name.schema}.`),
      name.name,
    ),
    later(signal, 'Asking the server …', describe),
    section(
      'Columns',
      later(
        signal,
        'Asking the server …',
        async () => {
          const { schema, partitionColumns } = await metadata
          return [schemaView(schema, partitionColumns)]
        },
        'silent',
      ),
    ),
    section(
      'Rows',
      later(signal, 'Reading the first rows …', async () => [
        await previewView(table, (await metadata).schema, signal),
      ]),
    ),
    historySection(session, name, { newest, metadata, counted }, signal),
    section('Use it', ...snippetViews(path, session.profile.endpoint)),
  )
}

function factList(
  info: SharedTableInfo,
  { version, committedAt }: TableVersion,
  rows: HTMLElement,
  now: number,
): HTMLElement {
  const { files, bytes, partitionColumns } = info
  return element(
    'dl',
    { class: 'facts' },
    committedAt === undefined
      ? undefined
      : fact(
          'Updated',
          fromNow(committedAt, now),
          element('time', { datetime: new Date(committedAt).toISOString(), class: 'quiet' }, moment(committedAt)),
        ),
    fact('Version', String(version)),
    rows,
    bytes === undefined ? undefined : fact('Size', size(bytes)),
    files === undefined ? undefined : fact('Files', count(files)),
    partitionColumns.length === 0 ? undefined : fact('Partitioned by', partitionColumns.join(', ')),
  )
}

function fact(name: string, ...value: Child[]): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, ...value))
}

/** The rows that the share shows now, or `undefined` where they cannot be counted, or are in too many files. */
async function countOf(
  session: Session,
  name: TableName,
  metadata: Promise<SharedTableInfo>,
  signal: AbortSignal,
): Promise<RowCount | undefined> {
  const { files = 0 } = await metadata
  return files > MOST_FILES ? undefined : countNewest(session, name, signal)
}

/** How many rows there are, as soon as they are counted; nothing where they cannot be. */
function rowsFact(counted: Promise<RowCount | undefined>): HTMLElement {
  const place = fact('Rows')
  place.hidden = true
  void counted.then((newest) => newest && place.replaceWith(fact('Rows', count(newest.rows))))
  return place
}

/** Files of a table up to which its rows are counted: an answer has a line for each. */
const MOST_FILES = 10_000

/** A chart where the history is shared; nothing where it is not, or has only one version that can be counted. */
function historySection(
  session: Session,
  name: TableName,
  {
    newest,
    metadata,
    counted,
  }: {
    readonly newest: Promise<TableVersion>
    readonly metadata: Promise<SharedTableInfo>
    /** The rows of the newest version. */
    readonly counted: Promise<RowCount | undefined>
  },
  signal: AbortSignal,
): HTMLElement {
  const place = element('div', { hidden: true })
  const fill = async (): Promise<void> => {
    const first = await firstVersion(session, name, signal)
    const { version } = await newest
    if (((await metadata).files ?? 0) > MOST_FILES) return
    if (first === undefined || first >= version) return
    const earlier = await countVersions(session, name, sampleVersions(first, version).slice(0, -1), signal)
    const last = await counted
    const counts = last === undefined ? earlier : [...earlier, last]
    if (counts.length < 2) return
    place.replaceWith(section('History', rowChart(counts)))
  }
  // It is an extra: what fails here has failed louder above, or concerns old versions only.
  fill().catch(() => undefined)
  return place
}

function snippetViews(path: string, endpoint: string): HTMLElement[] {
  return readingSnippets({ table: path, endpoint }).map(({ tool, before, code }, i) =>
    element(
      'details',
      { name: 'snippet', open: i === 0 },
      element('summary', {}, tool),
      element('p', { class: 'quiet' }, before),
      copyable(`${tool} snippet`, code),
    ),
  )
}

function section(heading: string, ...children: Child[]): HTMLElement {
  return element('section', {}, element('h3', {}, heading), ...children)
}

/** A place that says what it waits for, until it holds what was waited for, or why that failed. */
function later(
  signal: AbortSignal,
  waiting: string,
  load: () => Promise<readonly Child[]>,
  onFailure: 'explained' | 'silent' = 'explained',
): HTMLElement {
  const place = element('div', { 'aria-busy': true }, element('p', { class: 'quiet' }, waiting))
  const show = (children: readonly Child[]): void => {
    if (signal.aborted) return
    place.removeAttribute('aria-busy')
    place.replaceChildren(...children.filter((child) => child !== undefined))
  }
  load().then(show, (error: unknown) => show(onFailure === 'silent' ? [] : [problemView(error, 'table')]))
  return place
}
