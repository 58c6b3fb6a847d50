import type { SharePlane } from '../plane.ts'

/** A plane as the contract meets it. */
export interface PlaneUnderTest {
  readonly plane: SharePlane
  /** The same shares and recipients, as another administrator reaches them: another process, another session. */
  readonly rival: SharePlane
  /** A table that the plane can share, in version 0 at least: its location, another one at each call. */
  newTable(): Promise<string>
}

/** One promise of the port, as a program: it resolves if the plane keeps it, else it throws. */
export interface PlaneCase {
  /** A sentence about the behaviour. */
  readonly name: string
  /** `open` gives a plane without shares and recipients. */
  run(open: () => Promise<PlaneUnderTest>): Promise<void>
}
