import type { RecordOptions } from '../record/index.ts'

/** What every function of this room takes last. */
export type ManifestOptions = RecordOptions
