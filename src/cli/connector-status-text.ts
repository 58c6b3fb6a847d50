import type { ConnectorStatus, RunStatus } from '../connector/index.ts'
import { formatBytes, formatFields, formatGrid } from './grid.ts'

/** A connector for people: what it is first, then its tables, then what somebody should look at. */
export function formatStatus(status: ConnectorStatus): string {
  const { tables, runs, warnings } = status
  return [
    formatConnector(status),
    ...(tables.length === 0 ? ['no table is shared yet'] : [formatTables(tables)]),
    ...formatRuns('waits to be shown', runs.waiting),
    ...formatRuns('held back', runs.held),
    ...(runs.isCut ? ['there are more runs that wait or were held back'] : []),
    ...warnings.map((warning) => `warning: ${warning}`),
  ].join('\n\n')
}

function formatConnector({ id, phase, delivery, share, recipient, limits, runs }: ConnectorStatus): string {
  return formatFields([
    ['connector', id],
    ['phase', phase],
    ...(delivery === undefined ? [] : [['activation link', delivery] as const]),
    ['share', share === undefined ? 'is not there' : `${share.name}, generation ${share.generation}`],
    ['recipient', recipient === undefined ? 'is not there' : `${recipient.name}, ${recipient.status}`],
    ...(recipient?.endsAt === undefined ? [] : [['access ends', recipient.endsAt] as const]),
    ...limits.map(({ limit, table, used, allowed }) => [LIMITS[limit], `${used} of ${allowed}${at(table)}`] as const),
    ...Object.entries(runs.journal ?? {}).map(([step, count]) => [`runs ${step}`, count] as const),
  ])
}

const LIMITS = { tables: 'tables', files: 'most files', removedFiles: 'most removed files' } as const

function at(table: string | undefined): string {
  return table === undefined ? '' : `, in ${table}`
}

function formatTables(tables: ConnectorStatus['tables']): string {
  return formatGrid(
    ['table', 'version', 'rows', 'files', 'size', 'newest run finished'],
    tables.map(({ name, version, rows, files, bytes, freshness }) => [
      name,
      version,
      rows,
      files,
      formatBytes(bytes),
      freshness,
    ]),
  )
}

function formatRuns(what: string, runs: readonly RunStatus[]): string[] {
  return runs.map(({ workflowId, runId, problems }) => {
    const why = problems.map(
      ({ action, message, remedy, blame }) =>
        `\n  ${action === 'warn' ? 'warned: ' : ''}${message}; ${remedy} (${blame})`,
    )
    return `${what}: run ${runId} of workflow ${workflowId}${why.join('')}`
  })
}
