import { probeStore } from '../store/index.ts'
import { command } from './command.ts'
import { formatGrid } from './grid.ts'
import { callOptions, storeAt } from './root.ts'
import { answer } from './session.ts'

export const storeProbe = command({
  name: 'probe',
  summary: 'may several writers share this store?',
  details:
    'Writes and deletes a few small objects below the location. Several writers may share a store only if it\nlets exactly one of them create an object.',
  arguments: { location: 'the store to try' },
  options: {},
  async run({ location }, session) {
    const report = await probeStore(await storeAt(location, session), callOptions(session))
    await answer(session, { ...report, checks: report.checks.map((check) => ({ ...check })) }, () => {
      const verdict = report.severalWriters
        ? 'several writers may share this store'
        : `one writer at a time: ${report.reason ?? 'a check failed'}`
      const checks = report.checks.map(({ name, passed, detail }) => [name, passed ? 'passed' : 'FAILED', detail])
      return `${verdict}\n\n${formatGrid(['check', 'result', 'detail'], checks)}`
    })
  },
})
