import { z } from 'zod'

/** Versions that are counted at most, the first and the newest among them: one request each. */
const MAX_SAMPLES = 12

/** Versions spread evenly from the first to the newest, both among them. */
export function sampleVersions(first: number, newest: number, most = MAX_SAMPLES): number[] {
  const steps = Math.min(most - 1, newest - first)
  if (steps <= 0) return [newest]
  return Array.from({ length: steps + 1 }, (_, i) => first + Math.round((i * (newest - first)) / steps))
}

const countedFile = {
  /** JSON itself. */
  stats: z.string().nullish(),
  deletionVector: z.object({ cardinality: z.number() }).nullish(),
}
const countedLine = z.object({
  file: z.object({ ...countedFile, deltaSingleAction: z.object({ add: z.object(countedFile) }).nullish() }).nullish(),
  endStreamAction: z.object({ errorMessage: z.string().nullish(), nextPageToken: z.string().nullish() }).nullish(),
})
const countedStats = z.object({ numRecords: z.int().nonnegative() })

/** The rows of a line's file, 0 for other lines, `undefined` where it does not say or the answer goes on elsewhere. */
export function rowsOfLine(text: string): number | undefined {
  if (text.trim() === '') return 0
  const line = countedLine.safeParse(parsed(text)).data
  if (line === undefined || line.endStreamAction?.errorMessage || line.endStreamAction?.nextPageToken) return undefined
  if (!line.file) return 0
  const { stats, deletionVector } = line.file.deltaSingleAction?.add ?? line.file
  const total = countedStats.safeParse(parsed(stats ?? '')).data?.numRecords
  return total === undefined ? undefined : total - (deletionVector?.cardinality ?? 0)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
