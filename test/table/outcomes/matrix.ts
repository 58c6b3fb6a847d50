import { planFaults } from '../../../src/store/testing/plan.ts'
import { canBefall, type Fault, type FaultPlan, faultNames, faults } from '../../../src/store/testing.ts'
import { type Place, type Trial, trials } from './operations.ts'

/** A place whose requests can be made to go wrong, one after the other or all. */
export interface FaultyPlace extends Place {
  /** From now on requests go wrong as planned. */
  begin(plan: FaultPlan): void
  /** Ends all faults and lets everything land that is on its way. */
  end(): Promise<void>
}

export interface Cell {
  readonly trial: string
  readonly fault: Fault
  readonly lasting: boolean
  readonly outcome: string
  readonly contradiction?: string
}

/** Tries every operation under every fault that befalls one of the requests meant, once and lasting. */
export async function tryAll(open: () => Promise<FaultyPlace>, only: readonly Trial[] = trials): Promise<Cell[]> {
  const cells: Cell[] = []
  for (const lasting of [false, true]) {
    for (const fault of faultNames) {
      for (const trial of only) {
        if (trial.requests.operations.some((operation) => canBefall(fault, operation))) {
          cells.push(...(await tryOne(await open(), trial, fault, lasting)))
        }
      }
    }
  }
  return cells
}

/** @returns nothing if the operation made no request that the fault befalls: it says nothing about it. */
async function tryOne(place: FaultyPlace, trial: Trial, fault: Fault, lasting: boolean): Promise<Cell[]> {
  await trial.prepare(place)
  const run = await trial.begin(place)
  // Counted are only the requests that the fault can befall: a flipped bit waits for the first body that is read.
  const plan = planFaults([{ fault, ...trial.requests, ...(!lasting && { to: 1 }) }], () => 0)
  let strikes = 0
  place.begin((request) => {
    const struck = plan(request)
    if (struck !== undefined) strikes++
    return struck
  })
  const told = await run()
  await place.end()
  if (strikes === 0) return []
  return [{ trial: trial.name, fault, lasting, ...(await trial.judge(told, place)) }]
}

export function contradictionsIn(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ trial, fault, lasting, contradiction }) =>
    contradiction === undefined ? [] : [`${trial}, ${fault}${lasting ? ' lasting' : ''}: ${contradiction}`],
  )
}

/** Two tables in Markdown: what a fault that strikes once comes to, and one that lasts. */
export function formatMatrix(cells: readonly Cell[]): string {
  const table = (lasting: boolean): string => {
    const rows = faultNames.map((fault) => [
      `\`${fault}\``,
      ...trials.map(({ name }) => {
        const cell = cells.find((each) => each.trial === name && each.fault === fault && each.lasting === lasting)
        return cell?.outcome ?? '–'
      }),
    ])
    const heads = ['fault', ...trials.map(({ name }) => name)]
    return [heads, heads.map(() => '---'), ...rows].map((cellsOfRow) => `| ${cellsOfRow.join(' | ')} |`).join('\n')
  }
  return `**The fault strikes one request**\n\n${table(false)}\n\n**The fault strikes every request**\n\n${table(true)}`
}

export function formatFaults(): string {
  const rows = faultNames.map((fault) => `| \`${fault}\` | ${faults[fault].is} |`)
  return ['| fault | what happens to the request |', '|---|---|', ...rows].join('\n')
}
