import { type CommitOutcome, parseCommit } from '../../../src/log/index.ts'
import type { Answer, Content, Point, Request } from './process.ts'
import { begin, type Program, proceed } from './process.ts'

/** Everything there is at one moment. A value. */
export interface World {
  /** What is in the store, in the order of the keys. */
  readonly objects: readonly Content[]
  /** Puts whose sender was told nothing: each may land now, later or never. */
  readonly onTheirWay: readonly Content[]
  readonly first: Point
  readonly second: Point
  /** How the first writer's life before it was killed had ended, if it had; nothing while it was never killed. */
  readonly killed?: { readonly outcome: CommitOutcome | undefined }
}

/** Something that can happen next. */
export interface Step {
  readonly label: string
  readonly world: World
}

export interface Scope {
  /** Whether a read may go unanswered, too. */
  readonly readsFail?: boolean
}

const texts = new Map<string, number>()

/** Objects are told apart by a number for their key and text. */
export function contentOf(key: string, text: string): Content {
  const name = `${key} ${text}`
  const id = texts.get(name) ?? texts.size
  texts.set(name, id)
  return { key, text, id }
}

/** Two worlds of one name go on alike, and keep the same promises. */
export function nameOf({ objects, onTheirWay, first, second, killed }: World): string {
  const ids = (contents: readonly Content[]): string => contents.map(({ id }) => id).join()
  const past = killed && endOf(killed.outcome)
  return [nameOfPoint(first), nameOfPoint(second), past, ids(objects), ids(onTheirWay)].join(' ')
}

/** How a writer came to its end no longer matters. */
function nameOfPoint({ id, outcome }: Point): string {
  return outcome ? endOf(outcome) : String(id)
}

function endOf(outcome: CommitOutcome | undefined): string {
  if (!outcome) return 'running'
  if (outcome.outcome === 'unknown') return outcome.token
  return outcome.outcome === 'committed' ? `committed ${outcome.version}` : outcome.outcome
}

/** All that can happen next: an answer to either writer, a late landing, the death of the first one. */
export async function stepsFrom(world: World, restart: Program | undefined, scope: Scope): Promise<Step[]> {
  return [
    ...(await answersTo('first', world, scope)),
    ...(await answersTo('second', world, scope)),
    ...landings(world),
    ...(restart && !world.killed ? [await kill(world, restart)] : []),
  ]
}

async function answersTo(who: 'first' | 'second', world: World, scope: Scope): Promise<Step[]> {
  const point = world[who]
  const { request } = point
  if (!request) return []
  const steps: Step[] = []
  for (const { name, answer, after = world } of possibleAnswers(request, world, scope)) {
    const label = `${who} writer: ${request.operation} ${'key' in request ? shortKey(request.key) : 'the log'} → ${name}`
    const next = await proceed(point, nameOfAnswer(name, answer), answer)
    steps.push({ label, world: { ...after, [who]: scope.readsFail ? next : await readOn(next, after) } })
  }
  return steps
}

/** What is in the log never changes: it does not matter when a writer reads it, so it reads at once. */
async function readOn(point: Point, world: World): Promise<Point> {
  let at = point
  for (;;) {
    const { request } = at
    const content = request?.operation === 'get' && world.objects.find(({ key }) => key === request.key)
    if (!content) return at
    at = await proceed(at, `read ${content.id}`, { answer: 'found', content })
  }
}

interface Possibility {
  readonly name: string
  readonly answer: Answer
  /** The world in which the request has done its work. */
  readonly after?: World
}

function possibleAnswers(request: Request, world: World, { readsFail }: Scope): Possibility[] {
  if (request.operation === 'put') return answersToPut(contentOf(request.key, request.body), world)
  const unanswered: Possibility[] = readsFail ? [{ name: 'no answer', answer: { answer: 'unavailable' } }] : []
  if (request.operation === 'list') {
    const { prefix, startAfter } = request
    const contents = world.objects.filter(({ key }) => key.startsWith(prefix) && key > startAfter)
    return [{ name: `${contents.length} objects`, answer: { answer: 'listed', contents } }, ...unanswered]
  }
  const content = world.objects.find(({ key }) => key === request.key)
  if (!content) return [{ name: 'not there', answer: { answer: 'not-found' } }, ...unanswered]
  return [{ name: 'read', answer: { answer: 'found', content } }, ...unanswered]
}

function answersToPut(content: Content, world: World): Possibility[] {
  const lost: Possibility = { name: 'no answer', answer: { answer: 'unknown' }, after: sentInto(world, content) }
  const refused: Possibility = { name: 'refused, nothing done', answer: { answer: 'unavailable' } }
  if (isTaken(content.key, world)) return [lost, refused, { name: 'taken', answer: { answer: 'precondition-failed' } }]
  const after = landed(content, world)
  return [
    lost,
    refused,
    { name: 'written', answer: { answer: 'written' }, after },
    { name: 'delivered twice, answered taken', answer: { answer: 'precondition-failed' }, after },
  ]
}

function landings(world: World): Step[] {
  return world.onTheirWay.map((content) => ({
    label: `a put to ${shortKey(content.key)} that was on its way lands`,
    world: landed(content, world),
  }))
}

/** The writer is gone at once; what it has sent is not. A new one begins where its operator begins: at the table. */
async function kill(world: World, restart: Program): Promise<Step> {
  const { request, outcome } = world.first
  const left = request?.operation === 'put' ? sentInto(world, contentOf(request.key, request.body)) : world
  const first = await begunOnce(restart)
  return { label: 'first writer: killed, and started again', world: { ...left, first, killed: { outcome } } }
}

const begun = new WeakMap<Program, Promise<Point>>()

function begunOnce(program: Program): Promise<Point> {
  const known = begun.get(program) ?? begin(program)
  begun.set(program, known)
  return known
}

/** A put is on its way. To a version that is taken it is lost for good; twice the same is as good as once. */
function sentInto(world: World, content: Content): World {
  const { onTheirWay } = world
  if (isTaken(content.key, world) || onTheirWay.some(({ id }) => id === content.id)) return world
  return { ...world, onTheirWay: [...onTheirWay, content].sort(byKey) }
}

/** The store has it, and what was on its way to the same version is lost. */
function landed(content: Content, world: World): World {
  const onTheirWay = world.onTheirWay.filter(({ key }) => key !== content.key)
  return { ...world, objects: [...world.objects, content].sort(byKey), onTheirWay }
}

function isTaken(key: string, { objects }: World): boolean {
  return objects.some((object) => object.key === key)
}

function byKey(a: Content, b: Content): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id
}

function nameOfAnswer(name: string, answer: Answer): string {
  if (answer.answer === 'found') return `${name} ${answer.content.id}`
  return answer.answer === 'listed' ? answer.contents.map(({ id }) => id).join() : `${name} ${answer.answer}`
}

function shortKey(key: string): string {
  return key.replace(/^_delta_log\/0*(?=\d)/, '')
}

const paths = new Map<number, readonly string[]>()

/** The data files that a commit adds. */
export function addsOf({ key, text, id }: Content): readonly string[] {
  const known = paths.get(id)
  if (known) return known
  const found = parseCommit(text, key).flatMap((action) => ('add' in action ? [action.add.path] : []))
  paths.set(id, found)
  return found
}
