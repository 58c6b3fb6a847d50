import { DeltaError, isDeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { EndStreamLine } from '../wire/index.ts'
import type { TableAnswer } from './answer.ts'
import type { ListedFile } from './answer-line.ts'
import { brokenAnswer } from './endpoint.ts'
import { mayPass, waitFor } from './http.ts'
import type { LinkedFile } from './remote-file.ts'
import type { FileLinks } from './shared-file.ts'

/** Which part of an answer is asked for, or how it is asked for again. */
export interface Continuation {
  readonly pageToken?: string
  readonly refreshToken?: string
  readonly version?: number
}

/** A query whose answer may come in pages, break off, and outlive its URLs. */
export interface Question {
  readonly what: string
  ask(continuation: Continuation): Promise<TableAnswer>
  /** What files an answer may have. */
  readonly kinds: readonly ListedFile['kind'][]
  /** In which ways the answer can be asked for again, one after the other until the server takes one. */
  again(seen: { readonly version: number; readonly refreshToken: string | undefined }): readonly Continuation[]
  readonly runtime: Runtime
  readonly signal: AbortSignal | undefined
}

/** A file of an answer, as long as it is being read. */
export interface OpenFile extends LinkedFile {
  readonly listed: ListedFile
  /** Says that its URLs are not needed any more. */
  close(): void
}

interface HeldFile {
  readonly listed: ListedFile
  /** How the page that told of it was asked for; nothing for the first. */
  readonly page: Continuation | undefined
  links: FileLinks
}

/** An answer that was asked for again, and how. */
interface AskedAgain {
  readonly answer: TableAnswer
  readonly way: Continuation
}

/** How often an answer that breaks off is asked for again without anything new in it. */
const MAX_RESUMES = 5
/** A `Set` holds no more, and no table that anybody shares has as many files. */
const MAX_FILES = 10_000_000

/**
 * The files of an answer, in the server's order, each once: pages are turned, an answer that breaks off is asked for again
 * and goes on behind what was seen, and URLs that end are had anew from another answer to the same query. Only so much of
 * the answer is read as files are asked for.
 */
export class AnswerFiles {
  readonly version: number
  readonly table: TableAnswer['table']
  readonly #question: Question
  #lines: TableAnswer['files']
  /** Whether the lines are those of an answer that was asked for again. */
  #isReplay = false
  #isOver = false
  #page: Continuation | undefined
  /** The version by which the answer was asked for again, if it was: pages belong to a query with all that it says. */
  #asked: Pick<Continuation, 'version'> = {}
  #refreshToken: string | undefined
  readonly #pages = new Set<string>()
  /** Files that were met. */
  readonly #seen = new Set<string>()
  /** Those of them that are being read. */
  readonly #held = new Map<string, HeldFile>()
  /** Met while others were looked for. */
  readonly #waiting: HeldFile[] = []
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(question: Question, answer: TableAnswer) {
    this.#question = question
    this.#lines = answer.files
    this.version = answer.version
    this.table = answer.table
  }

  static async open(question: Question): Promise<AnswerFiles> {
    return new AnswerFiles(question, await question.ask({}))
  }

  /** @throws {DeltaError} `unavailable` for an answer that breaks off again and again; `invalid-data`. */
  async *files(): AsyncGenerator<OpenFile> {
    try {
      for (;;) {
        const file = await this.#oneAtATime(() => this.#next())
        if (file === undefined) return
        yield this.#opened(file)
      }
    } finally {
      this.close()
    }
  }

  /** Gives the rest of the answer up. */
  close(): void {
    this.#isOver = true
    void this.#lines.return({}).catch(() => {})
  }

  #opened(file: HeldFile): OpenFile {
    const { listed } = file
    return {
      listed,
      id: listed.id,
      size: listed.file.size,
      links: () => file.links,
      renewed: (stale) => this.#oneAtATime(() => this.#renew(file, stale)),
      close: () => this.#held.delete(this.#keyOf(listed)),
    }
  }

  async #next(): Promise<HeldFile | undefined> {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) return waiting
    for (let resumes = 0; ; ) {
      try {
        return await this.#advance()
      } catch (error) {
        this.#isOver = true
        if (!mayPass(error) || ++resumes > MAX_RESUMES) throw error
        const { runtime, signal } = this.#question
        await runtime.sleep(waitFor(error, resumes, runtime), signal)
        this.#goOnWith(await this.#askAgain(this.#page))
      }
    }
  }

  async #advance(): Promise<HeldFile | undefined> {
    while (!this.#isOver) {
      const { done, value } = await this.#lines.next()
      if (done) await this.#turnPage(value)
      else {
        const file = this.#meet(value)
        if (file !== undefined) return file
      }
    }
    return undefined
  }

  async #turnPage({ refreshToken, nextPageToken }: EndStreamLine): Promise<void> {
    this.#refreshToken = refreshToken
    this.#isOver = nextPageToken === undefined
    if (nextPageToken === undefined) return
    const { what } = this.#question
    if (this.#pages.has(nextPageToken)) throw brokenAnswer(what, 'its pages go round in circles')
    this.#pages.add(nextPageToken)
    const page = { ...this.#asked, pageToken: nextPageToken }
    const answer = await this.#question.ask(page)
    if (answer.version !== this.version) throw brokenAnswer(what, 'its pages are of several versions')
    if (answer.table.id !== this.table.id) throw brokenAnswer(what, 'its pages are of several tables')
    this.#page = page
    this.#lines = answer.files
    this.#isReplay = false
  }

  /** A file that is new; one that is known gets the URLs of this line. */
  #meet(listed: ListedFile): HeldFile | undefined {
    const { what, kinds } = this.#question
    if (!kinds.includes(listed.kind)) throw brokenAnswer(what, `a line ${listed.kind} does not belong there`)
    const key = this.#keyOf(listed)
    if (this.#seen.has(key)) {
      if (!this.#isReplay) throw brokenAnswer(what, `it has the file ${listed.id} twice`)
      this.#refresh(listed)
      return undefined
    }
    if (this.#seen.size === MAX_FILES) throw brokenAnswer(what, `it has more than ${MAX_FILES} files`)
    this.#seen.add(key)
    const file = { listed, page: this.#page, links: listed.links }
    this.#held.set(key, file)
    return file
  }

  #refresh(listed: ListedFile): void {
    const held = this.#held.get(this.#keyOf(listed))
    if (held !== undefined) held.links = listed.links
  }

  /** Fresh URLs for a file and for all others of its page that are being read. */
  async #renew(file: HeldFile, stale: FileLinks): Promise<FileLinks> {
    // Another file of the same page may have asked for both.
    if (file.links !== stale) return file.links
    const { page } = file
    const again = await this.#askAgain(page)
    const { answer } = again
    const goesOn = !this.#isOver && page === this.#page
    if (goesOn) this.#goOnWith(again)
    const old = new Map([...this.#held.values()].map((held) => [held, held.links]))
    const isStale = (held: HeldFile): boolean => held.page === page && held.links === old.get(held)
    while ([...old.keys()].some(isStale)) {
      const { done, value } = await answer.files.next()
      if (done) {
        if (goesOn) await this.#turnPage(value)
        break
      }
      if (!goesOn) this.#refresh(value)
      else {
        const met = this.#meet(value)
        if (met !== undefined) this.#waiting.push(met)
      }
    }
    if (!goesOn) answer.cancel()
    if (file.links !== stale) return file.links
    throw new DeltaError(
      'unavailable',
      `${this.#question.what} failed: the URL of data file ${file.listed.id} has expired, and the server does not tell of the file any more: read again`,
    )
  }

  async #askAgain(page: Continuation | undefined): Promise<AskedAgain> {
    const { version, table } = this
    const refreshToken = this.#refreshToken
    const ways = page === undefined ? this.#question.again({ version, refreshToken }) : [page]
    let failure: unknown
    for (const way of ways) {
      try {
        const answer = await this.#question.ask(way)
        if (answer.version === version && answer.table.id === table.id) return { answer, way }
        answer.cancel()
        failure = answer.version === version ? this.#replaced() : this.#movedOn(answer.version)
      } catch (error) {
        if (mayPass(error) || isDeltaError(error, 'aborted')) throw error
        failure = error
      }
    }
    throw failure
  }

  #replaced(): DeltaError {
    return new DeltaError(
      'unavailable',
      `${this.#question.what} failed: the answer of the server cannot be had again, for another table has taken the place of the one that it was about: read again`,
    )
  }

  #movedOn(version: number): DeltaError {
    return new DeltaError(
      'unavailable',
      `${this.#question.what} failed: the answer of the server cannot be had again, for the table went on from version ${this.version} to ${version} and its history is not shared: read again`,
    )
  }

  #goOnWith({ answer, way: { version } }: AskedAgain): void {
    void this.#lines.return({}).catch(() => {})
    this.#lines = answer.files
    this.#asked = version === undefined ? {} : { version }
    this.#isReplay = true
    this.#isOver = false
  }

  /** Files are read side by side; what they want of the answer is done in turn. */
  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  /** A snapshot tells of a file once; among changes it may come and go. */
  #keyOf({ kind, version, id }: ListedFile): string {
    return this.#question.kinds.includes('file') ? id : `${kind} ${version} ${id}`
  }
}
