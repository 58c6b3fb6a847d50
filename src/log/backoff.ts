import type { Runtime } from '../runtime.ts'

const FIRST_DELAY = { min: 20, max: 50 }
/** The delay doubles this often: up to 1.6 seconds. */
const DOUBLINGS = 5

/**
 * How long to wait before the next attempt, in milliseconds: 20 to 50 at first, doubling, with jitter, so that writers
 * that collided once spread out instead of starving each other.
 * @param failures how many attempts failed so far, from 1.
 */
export function backoffDelay(failures: number, runtime: Runtime): number {
  const first = FIRST_DELAY.min + runtime.random() * (FIRST_DELAY.max - FIRST_DELAY.min)
  return Math.round(first * 2 ** Math.min(failures - 1, DOUBLINGS))
}
