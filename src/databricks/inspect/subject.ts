import type { PlaneAbout } from '../../manifest/index.ts'
import type { PlaneContext, SharePlace } from '../plane-context.ts'

/** What is inspected, and as whom. */
export interface Subject {
  readonly context: PlaneContext
  readonly about: PlaneAbout
  /** Who we are in the workspace. */
  readonly principal: string
  /** The groups that we are in, as far as the workspace tells. */
  readonly groups: ReadonlySet<string>
  readonly place: SharePlace
}
