import type { Blame } from '../errors.ts'

/** What a check found: of a plane as it is set up, or of what is published on it. */
export interface Finding {
  /** The check, by its name. */
  readonly check: string
  readonly ok: boolean
  readonly message: string
  /** Whose move it is, where it is not ok. */
  readonly blame: Blame
  /** What to do then; empty where there is nothing to do. */
  readonly remedy: string
  /** The one table that it is about, by the name by which recipients know it; in upper or lower case. */
  readonly table?: { readonly schema: string; readonly name: string } | undefined
  /** The one reader of the share that it is about, by the name that `recipientsOf` gives: one of ours, whom another name hides. */
  readonly recipient?: string | undefined
}

export function passed(check: string, message: string): Finding {
  return { check, ok: true, message, blame: 'kadoa', remedy: '' }
}

export function failed(check: string, message: string, remedy: string, blame: Blame = 'kadoa'): Finding {
  return { check, ok: false, message, blame, remedy }
}
