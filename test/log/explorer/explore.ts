import { type CommitOutcome, formatCommitPath, resolveCommit } from '../../../src/log/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { begin, type Program } from './process.ts'
import { addsOf, nameOf, type Scope, type Step, stepsFrom, type World } from './world.ts'

export interface Race {
  /** The table before the race. */
  readonly objects: World['objects']
  readonly first: Program
  readonly second: Program
  /** The first writer as it is started again after it was killed; without it, it never is. */
  readonly restart?: Program
}

/** The files that the writers add, each its own. */
export const FILES = { first: 'of-first', second: 'of-second', restart: 'of-restart' } as const

export interface Exploration {
  readonly states: number
  /** How a promise was broken, in as few steps as possible; nothing if none ever was. */
  readonly violation?: { readonly what: string; readonly trace: readonly string[] }
  /** How often each outcome was met, over all states in which a writer had just ended. */
  readonly outcomes: ReadonlyMap<string, number>
}

interface Visited {
  readonly world: World
  readonly label: string
  readonly from: Visited | undefined
}

/** Walks through everything that can happen, nearest first, and stops at the first broken promise. */
export async function explore(race: Race, scope: Scope = {}): Promise<Exploration> {
  const { objects, first, second, restart } = race
  const world: World = { objects, onTheirWay: [], first: await begin(first), second: await begin(second) }
  const seen = new Set([nameOf(world)])
  const queue: Visited[] = [{ world, label: 'both writers have opened the table', from: undefined }]
  const outcomes = new Map<string, number>()
  // The queue grows while it is walked.
  for (const visited of queue) {
    const what = await brokenPromise(visited.world)
    if (what) return { states: seen.size, outcomes, violation: { what, trace: traceOf(visited) } }
    for (const step of await stepsFrom(visited.world, restart, scope)) {
      const name = nameOf(step.world)
      if (seen.has(name)) continue
      seen.add(name)
      count(outcomes, visited.world, step)
      queue.push({ ...step, from: visited })
    }
  }
  return { states: seen.size, outcomes }
}

function count(outcomes: Map<string, number>, before: World, { world }: Step): void {
  for (const who of ['first', 'second'] as const) {
    const { outcome } = world[who]
    if (outcome && !before[who].outcome) outcomes.set(outcome.outcome, (outcomes.get(outcome.outcome) ?? 0) + 1)
  }
}

function traceOf(visited: Visited): string[] {
  const trace: string[] = []
  for (let at: Visited | undefined = visited; at; at = at.from) trace.unshift(at.label)
  return trace
}

async function brokenPromise(world: World): Promise<string | undefined> {
  const { objects, first, second, killed } = world
  const gap = objects.findIndex(({ key }, version) => key !== formatCommitPath(version))
  if (gap >= 0) return `the log is not contiguous: version ${gap} is missing`
  const adds = objects.flatMap(addsOf)
  const times = (file: string): number => adds.filter((path) => path === file).length
  const done = times(FILES.first) + times(FILES.restart)
  if (done > 1) return 'the first writer’s transaction is in the table twice'
  if (first.outcome?.outcome === 'skipped' && done === 0) return 'a skipped transaction is not in the table'
  return (
    (await broken(killed ? killed.outcome : first.outcome, FILES.first, times(FILES.first), world)) ??
    (await broken(killed && first.outcome, FILES.restart, times(FILES.restart), world)) ??
    (await broken(second.outcome, FILES.second, times(FILES.second), world))
  )
}

/** How an answer contradicts the table. */
async function broken(
  outcome: CommitOutcome | undefined,
  file: string,
  times: number,
  world: World,
): Promise<string | undefined> {
  if (times > 1) return `${file} was committed ${times} times`
  if (!outcome) return undefined
  const told = outcome.outcome === 'unknown' ? await resolved(outcome, world) : outcome.outcome
  if (outcome.outcome === 'committed' && !addsAt(world, outcome.version).includes(file)) {
    return `${file} was answered committed at version ${outcome.version} and is not there`
  }
  if (times === (told === 'committed' ? 1 : 0)) return undefined
  return `${file} was answered ${outcome.outcome === told ? told : `unknown, resolved to ${told},`} and is there ${times} times`
}

function addsAt({ objects }: World, version: number): readonly string[] {
  const content = objects[version]
  return content ? addsOf(content) : []
}

const resolutions = new Map<string, Promise<string>>()

/** What the public way to settle an unknown commit says in this world. */
function resolved({ token, version }: Extract<CommitOutcome, { outcome: 'unknown' }>, world: World): Promise<string> {
  const content = world.objects[version]
  const name = `${token} ${content?.id}`
  const known = resolutions.get(name) ?? resolve(token, [world.objects[0], content])
  resolutions.set(name, known)
  return known
}

async function resolve(token: string, contents: readonly (World['objects'][number] | undefined)[]): Promise<string> {
  const store = memoryStore()
  for (const content of contents) {
    if (content) await store.put(content.key, new TextEncoder().encode(content.text), { mode: 'create' })
  }
  return (await resolveCommit(store, token)).outcome
}
