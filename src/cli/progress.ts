import type { Writable } from 'node:stream'
import type { Runtime } from '../runtime.ts'

/** A line on a terminal that says how far a long command is; nothing where stderr is no terminal. */
export interface Progress {
  /** `fraction` from 0 to 1, where the end is known. */
  show(text: string, fraction?: number): void
  clear(): void
}

const REDRAW_MILLISECONDS = 100
const BAR_WIDTH = 24
/** Carriage return, then "erase to the end of the line". */
const START_OF_CLEAN_LINE = '\r\u001b[K'

export function progressOn(stream: Writable, runtime: Runtime): Progress {
  if (!('isTTY' in stream && stream.isTTY === true)) return { show: () => {}, clear: () => {} }
  let drawn = Number.NEGATIVE_INFINITY
  return {
    show(text, fraction) {
      const now = runtime.now()
      if (now - drawn < REDRAW_MILLISECONDS) return
      drawn = now
      stream.write(`${START_OF_CLEAN_LINE}${fraction === undefined ? '' : `${bar(fraction)} `}${text}`)
    },
    clear() {
      if (drawn !== Number.NEGATIVE_INFINITY) stream.write(START_OF_CLEAN_LINE)
      drawn = Number.NEGATIVE_INFINITY
    },
  }
}

function bar(fraction: number): string {
  const filled = Math.round(Math.min(Math.max(fraction, 0), 1) * BAR_WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${String(Math.floor(fraction * 100)).padStart(3)} %`
}
