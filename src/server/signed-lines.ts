import type { Runtime } from '../runtime.ts'
import type { LoadedTable } from './loaded-table.ts'
import { BudgetedMap, type Holding, type MemoryBudget } from './memory-budget.ts'

/** A data file as the recipient gets it. */
export interface SharedFile {
  readonly line: string
  /** Bytes of the file. */
  readonly size: number
  /** When its first URL ends, and when the last one does: milliseconds since 1970. */
  readonly expiresAt: number
  readonly lastEnd: number
}

/** Lines about files, one after the other, as they are sent. */
export interface LineRun {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly files: number
  /** Bytes of the files. */
  readonly size: number
  /** When the first of their URLs ends, and when the last one does: milliseconds since 1970. */
  readonly firstEnd: number
  readonly lastEnd: number
}

/** Characters gathered before they are sent: one system call for many lines. */
const RUN_CHARACTERS = 256 * 1024
/** Lines whose URLs live for less than this are signed anew: who gets them needs time to read. */
const MIN_LIFE = 30 * 60_000
/** Of lines that would take more of the budget than this, only the beginning is kept: others want room, too. */
const LARGEST_SHARE = 0.5

/** Gathers lines into runs. The first line is a run of its own, so that the client hears early that all is well. */
export async function* runsOf(
  files: AsyncIterable<SharedFile>,
  { sleep }: Pick<Runtime, 'sleep'>,
): AsyncGenerator<LineRun> {
  let run = new OpenRun()
  let limit = 0
  for await (const file of files) {
    run.add(file)
    if (run.text.length <= limit) continue
    yield run.encoded()
    // A socket sends nothing before it gets a turn, and signing waits for nothing: the client would hear 20 ms later.
    if (limit === 0) await sleep(0)
    run = new OpenRun()
    limit = RUN_CHARACTERS
  }
  if (run.text !== '') yield run.encoded()
}

const utf8 = new TextEncoder()

class OpenRun {
  text = ''
  #files = 0
  #size = 0
  #firstEnd = Number.POSITIVE_INFINITY
  #lastEnd = 0

  add({ line, size, expiresAt, lastEnd }: SharedFile): void {
    this.text += line
    this.#files++
    this.#size += size
    this.#firstEnd = Math.min(this.#firstEnd, expiresAt)
    this.#lastEnd = Math.max(this.#lastEnd, lastEnd)
  }

  encoded(): LineRun {
    const bytes = utf8.encode(this.text)
    return { bytes, files: this.#files, size: this.#size, firstEnd: this.#firstEnd, lastEnd: this.#lastEnd }
  }
}

/** Lines from the beginning of an answer on. */
interface KeptLines {
  readonly runs: readonly LineRun[]
  readonly isWhole: boolean
}

/** A whole answer that somebody wants. */
export interface LinesAsked {
  readonly table: LoadedTable
  /** All that the lines depend on beside the table. */
  readonly about: string
  /** When the caller's token ends, in milliseconds since 1970: no URL may outlive it. */
  readonly tokenExpiresAt: number
}

/** The lines of whole answers, kept with their signed URLs for the next who asks the same. */
export class SignedLines {
  readonly #budget: MemoryBudget
  readonly #runtime: Runtime
  readonly #kept: BudgetedMap<KeptLines>
  /** Tells tables apart, and versions, and what was dropped and made anew. */
  readonly #numbers = new WeakMap<LoadedTable, number>()
  #count = 0

  constructor(budget: MemoryBudget, runtime: Runtime) {
    this.#budget = budget
    this.#runtime = runtime
    this.#kept = new BudgetedMap(budget)
  }

  /**
   * All lines of a table as they were made for somebody else, as long as their URLs live for half an hour more and end
   * before the caller's token; else those that are made now, which are kept once they are whole. Of an answer that is too
   * large the beginning is kept.
   * @param make makes the lines of all files but so many at the beginning.
   */
  async *reused(asked: LinesAsked, make: (without: number) => AsyncGenerator<LineRun>): AsyncGenerator<LineRun> {
    const key = `${this.#numberOf(asked.table)}\n${asked.about}`
    const known = this.#kept.get(key)
    const wanted = { now: this.#runtime.now(), tokenExpiresAt: asked.tokenExpiresAt }
    if (known?.runs.every((run) => isGood(run, wanted))) {
      yield* known.runs
      if (!known.isWhole) yield* make(known.runs.reduce((sum, { files }) => sum + files, 0))
    } else yield* this.#keeping(key, make(0))
  }

  #numberOf(table: LoadedTable): number {
    const number = this.#numbers.get(table) ?? ++this.#count
    this.#numbers.set(table, number)
    return number
  }

  async *#keeping(key: string, runs: AsyncGenerator<LineRun>): AsyncGenerator<LineRun> {
    const gathered: LineRun[] = []
    let isKept = true
    let isWhole = true
    let bytes = 0
    const gathering: Holding = {
      letGo() {
        isKept = false
        gathered.length = 0
      },
    }
    try {
      for await (const run of runs) {
        const more = run.bytes.byteLength
        isWhole &&= bytes + more <= this.#budget.bytes * LARGEST_SHARE
        if (isKept && isWhole) {
          gathered.push(run)
          bytes += more
          this.#budget.hold(gathering, bytes)
        }
        yield run
      }
    } finally {
      this.#budget.drop(gathering)
    }
    // Whoever left early does not come here.
    if (isKept) this.#kept.set(key, { runs: gathered, isWhole }, bytes)
  }
}

interface LinesWanted {
  readonly now: number
  readonly tokenExpiresAt: number
}

function isGood({ firstEnd, lastEnd }: LineRun, { now, tokenExpiresAt }: LinesWanted): boolean {
  return firstEnd - now >= MIN_LIFE && lastEnd <= tokenExpiresAt
}
