import { canBefall, type Fault, type Operation } from './fault.ts'

/** A request on its way to a faulty store. */
export interface FaultyRequest {
  readonly operation: Operation
  /** Of a listing, its prefix; of a copy, the target; of a deletion, the first key. */
  readonly key: string
}

/** Which requests go wrong, and how. */
export interface FaultRule {
  /** What goes wrong; of several, the dice choose among those that can befall the request. */
  readonly fault: Fault | readonly Fault[]
  /** Only requests of these kinds. */
  readonly operations?: readonly Operation[]
  /** Only requests whose key matches. */
  readonly key?: RegExp
  /** Of the requests that match so far, counted from 1: the first and the last that go wrong. Default: all. */
  readonly from?: number
  readonly to?: number
  /** How likely each of them goes wrong, from 0 to 1. Default: 1. */
  readonly chance?: number
}

/** Decides about one request; a function of your own does it too. */
export type FaultPlan = (request: FaultyRequest) => Fault | undefined

/**
 * A plan by rules, of which the first that applies decides. The same dice give the same faults.
 * @param random a number in [0, 1), asked only where a rule leaves something to chance.
 */
export function planFaults(rules: readonly FaultRule[], random: () => number): FaultPlan {
  const plans = rules.map((rule) => planRule(rule, random))
  return (request) => {
    // Every rule counts the request, also behind one that decides.
    const decided = plans.map((plan) => plan(request))
    return decided.find((fault) => fault !== undefined)
  }
}

function planRule(rule: FaultRule, random: () => number): FaultPlan {
  const { operations, key, from = 1, to = Number.POSITIVE_INFINITY, chance = 1 } = rule
  const all = typeof rule.fault === 'string' ? [rule.fault] : rule.fault
  let met = 0
  return (request) => {
    const possible = all.filter((fault) => canBefall(fault, request.operation))
    if (possible.length === 0 || (operations && !operations.includes(request.operation))) return undefined
    if (key && request.key.search(key) < 0) return undefined
    met++
    if (met < from || met > to || (chance < 1 && random() >= chance)) return undefined
    return possible.length === 1 ? possible[0] : possible[Math.floor(random() * possible.length)]
  }
}
