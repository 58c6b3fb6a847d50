import type { PlaneCase } from './testing/case.ts'
import { publishing } from './testing/publishing.ts'
import { racing } from './testing/racing.ts'
import { recipients } from './testing/recipients.ts'
import { shares } from './testing/shares.ts'

export type { PlaneCase, PlaneUnderTest } from './testing/case.ts'

/**
 * The contract of a `SharePlane`, every promise of the port as a case; what a plane does not promise in `promises` is
 * not asked of it. For a plane of your own, under any test runner:
 *
 * ```ts
 * for (const { name, run } of sharePlaneContract) test(name, () => run(openAnEmptyPlane))
 * ```
 */
export const sharePlaneContract: readonly PlaneCase[] = [...shares, ...publishing, ...recipients, ...racing]
