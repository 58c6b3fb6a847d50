import { DeltaError } from '../../../src/errors.ts'
import type { CommitOutcome } from '../../../src/log/index.ts'
import type { Runtime } from '../../../src/runtime.ts'
import type { ObjectMeta, ObjectStore } from '../../../src/store/index.ts'

/** What a writer waits for the network to answer. */
export type Request =
  | { readonly operation: 'put'; readonly key: string; readonly body: string }
  | { readonly operation: 'get' | 'head'; readonly key: string }
  | { readonly operation: 'list'; readonly prefix: string; readonly startAfter: string }

/** An object as the network shows it: its text, and its number among all texts ever written. */
export interface Content {
  readonly key: string
  readonly text: string
  readonly id: number
}

export type Answer =
  | { readonly answer: 'written' | 'precondition-failed' | 'unknown' | 'unavailable' | 'not-found' }
  | { readonly answer: 'found'; readonly content: Content }
  | { readonly answer: 'listed'; readonly contents: readonly Content[] }

/** The program of a writer: from the store to the outcome of its commit. */
export type Program = (store: ObjectStore) => Promise<CommitOutcome>

/**
 * A writer at one point of its life: what it has been answered so far, and what it does now. A program is a function of
 * the answers it gets, so each sequence of answers is run once, with the real code, and remembered.
 */
export interface Point {
  readonly id: number
  readonly program: Program
  readonly answers: readonly Answer[]
  /** What it waits for; nothing once it has ended. */
  readonly request?: Request
  readonly outcome?: CommitOutcome
  readonly next: Map<string, Point>
}

let points = 0

/** A writer that has just been started. */
export async function begin(program: Program): Promise<Point> {
  return await pointAfter(program, [])
}

/** The writer after one more answer. `name` tells the answers to one request apart. */
export async function proceed(point: Point, name: string, answer: Answer): Promise<Point> {
  const known = point.next.get(name)
  if (known) return known
  const next = await pointAfter(point.program, [...point.answers, answer])
  point.next.set(name, next)
  return next
}

async function pointAfter(program: Program, answers: readonly Answer[]): Promise<Point> {
  const open: Request[] = []
  let asked = 0
  const ask = (request: Request): Promise<Answer> => {
    const answer = answers[asked++]
    if (answer) return Promise.resolve(answer)
    open.push(request)
    return new Promise(() => {})
  }
  let outcome: CommitOutcome | undefined
  let failure: unknown
  program(scriptedStore(ask)).then(
    (settled) => {
      outcome = settled
    },
    (error: unknown) => {
      failure = error
    },
  )
  // Nothing but promises: when it is this callback's turn, the program has gone as far as its answers carry it.
  await new Promise((resolve) => setImmediate(resolve))
  if (failure !== undefined) throw failure
  const [request] = open
  if ((request === undefined) === (outcome === undefined)) throw new Error('a writer waits for something else than us')
  return { id: points++, program, answers, next: new Map(), ...(request && { request }), ...(outcome && { outcome }) }
}

function scriptedStore(ask: (request: Request) => Promise<Answer>): ObjectStore {
  const never = (): never => {
    throw new Error('the commit code used a part of the store that the explorer does not know')
  }
  return {
    location: 'memory://explored',
    async put(key, body, { mode }) {
      if (mode !== 'create') return never()
      const { answer } = await ask({ operation: 'put', key, body: new TextDecoder().decode(body) })
      switch (answer) {
        case 'written':
          return { outcome: answer, etag: 'ours' }
        case 'precondition-failed':
          return { outcome: answer }
        case 'unknown':
          return { outcome: answer, cause: new Error('no answer') }
        default:
          throw new DeltaError('unavailable', 'refused')
      }
    },
    async get(key) {
      const content = contentOf(await ask({ operation: 'get', key }))
      return { ...metaOf(content), body: new TextEncoder().encode(content.text) }
    },
    async head(key) {
      return metaOf(contentOf(await ask({ operation: 'head', key })))
    },
    async *list({ prefix = '', startAfter = '' } = {}) {
      const answer = await ask({ operation: 'list', prefix, startAfter })
      if (answer.answer !== 'listed') throw new DeltaError('unavailable', 'refused')
      yield* answer.contents.map(metaOf)
    },
    putStream: never,
    copy: never,
    delete: never,
  }
}

function contentOf(answer: Answer): Content {
  if (answer.answer === 'found') return answer.content
  throw new DeltaError(answer.answer === 'not-found' ? 'not-found' : 'unavailable', `injected: ${answer.answer}`)
}

function metaOf({ key, text, id }: Content): ObjectMeta {
  return { key, size: new TextEncoder().encode(text).byteLength, etag: `e${id}`, lastModified: id }
}

/** A clock that stands still, even dice, one id, and a caller who loses patience after so many sends. */
export function runtimeOf(id: string, isPatient: () => boolean): Runtime {
  return {
    now: () => 1_000,
    uuid: () => id,
    random: () => 0.5,
    async sleep() {
      if (!isPatient()) throw new DeltaError('aborted', 'the caller has waited long enough')
    },
    alarm: () => () => {},
  }
}
