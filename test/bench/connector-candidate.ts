import { openStore } from '../../src/store/index.ts'
import { cpuMs, peakMb } from './child.ts'
import { openConnector, productRun } from './connector-world.ts'
import { countingStore } from './counting-store.ts'

/** Publishes runs of a workflow, one after the other, in a process of its own; prints what each took, phase by phase. */
const [root = '', workflowId = '', rows = '0', ...days] = process.argv.slice(2)

/** A part of a publication. */
export interface Phase {
  readonly name: string
  ms: number
  cpuMs: number
  readonly requests: { [method: string]: number }
}

/** By which request a phase begins, in their order. */
const BEGINNINGS = [
  { name: 'cast, encode, upload', begins: () => true },
  { name: 'read back, check', begins: (method: string, key: string) => isRead(method, key) },
  { name: 'copy and commit', begins: (method: string) => method === 'COPY' },
  { name: 'show', begins: (method: string, key: string) => method === 'PUT' && key.endsWith('/lease.json') },
]

function isRead(method: string, key: string): boolean {
  return method === 'GET' && key.includes('/staging/')
}

let phases: Phase[] = []
let [since, cpuSince] = [0, 0]

function begin(name: string): void {
  end()
  phases.push({ name, ms: 0, cpuMs: 0, requests: {} })
}

function end(): void {
  const [now, cpu] = [performance.now(), cpuMs()]
  const phase = phases.at(-1)
  if (phase !== undefined) Object.assign(phase, { ms: now - since, cpuMs: cpu - cpuSince })
  since = now
  cpuSince = cpu
}

const { store } = countingStore(await openStore(root), (method, key) => {
  const next = BEGINNINGS[phases.length]
  if (next?.begins(method, key)) begin(next.name)
  const requests = phases.at(-1)?.requests
  if (requests !== undefined) requests[method] = (requests[method] ?? 0) + 1
})
const publications: Phase[][] = []
for (const day of days) {
  phases = []
  await openConnector(store).publish(productRun(workflowId, Number(day), Number(rows)))
  end()
  publications.push(phases)
}
console.log(JSON.stringify({ publications, peakMb: peakMb() }))
