/** What Databricks allows of shares and their tables; some of it is raised on request. */
const LIMITS = {
  /** Tables in a share. */
  tables: 1000,
  /** Files of a shared table. */
  files: 400_000,
  /** Files that were removed from a shared table and that its log still tells of. */
  removedFiles: 100_000,
} as const

export type LimitName = keyof typeof LIMITS

/** From this part of a limit on it is near. */
const NEAR = 0.8

/** How much of a limit is used. */
export interface LimitUse {
  readonly limit: LimitName
  /** The table that uses most of it; undefined for what counts for the share. */
  readonly table?: string
  readonly used: number
  readonly allowed: number
  /** Whether 80 % of it are used. */
  readonly isNear: boolean
}

interface Measured {
  readonly name: string
  readonly files: number
  readonly removedFiles: number
}

/** How near a share is to each limit, by the table that is nearest to it. */
export function limitUse(tables: readonly Measured[]): LimitUse[] {
  return [use('tables', tables.length), ofTables('files', tables), ofTables('removedFiles', tables)]
}

function ofTables(limit: 'files' | 'removedFiles', tables: readonly Measured[]): LimitUse {
  const most = tables.reduce<Measured | undefined>(
    (a, b) => (a !== undefined && a[limit] >= b[limit] ? a : b),
    undefined,
  )
  return most === undefined ? use(limit, 0) : use(limit, most[limit], most.name)
}

function use(limit: LimitName, used: number, table?: string): LimitUse {
  const allowed = LIMITS[limit]
  return { limit, ...(table !== undefined && { table }), used, allowed, isNear: used >= NEAR * allowed }
}
