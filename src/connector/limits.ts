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

/**
 * How near a share is to each limit, by the table that is nearest to it.
 * @param tablesPerShare where Databricks has raised that limit.
 */
export function limitUse(tables: readonly Measured[], tablesPerShare: number = LIMITS.tables): LimitUse[] {
  const ofShare = use({ limit: 'tables', used: tables.length, allowed: tablesPerShare })
  return [ofShare, ofTables('files', tables), ofTables('removedFiles', tables)]
}

function ofTables(limit: 'files' | 'removedFiles', tables: readonly Measured[]): LimitUse {
  const most = tables.reduce<Measured | undefined>(
    (a, b) => (a !== undefined && a[limit] >= b[limit] ? a : b),
    undefined,
  )
  const allowed = LIMITS[limit]
  return most === undefined
    ? use({ limit, used: 0, allowed })
    : use({ limit, table: most.name, used: most[limit], allowed })
}

function use(measured: Omit<LimitUse, 'isNear'>): LimitUse {
  return { ...measured, isNear: measured.used >= NEAR * measured.allowed }
}
