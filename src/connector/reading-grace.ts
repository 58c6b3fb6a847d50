/** Milliseconds for which recipients may go on reading what is shown no longer: a version, or a table where it was before. */
export const READING_GRACE = 7 * 86_400_000
