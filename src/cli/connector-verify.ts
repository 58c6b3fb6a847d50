import type { Finding } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatCount } from './grid.ts'
import { answer } from './session.ts'

export const connectorVerify = command({
  name: 'verify',
  summary: 'check all that a connector promises, and read every shared table as its recipient would',
  details: 'It changes nothing. What does not pass ends with exit code 7, and says whose move it is.',
  arguments: { connector: 'its id' },
  options: { root: storageRoot, webhook: webhookOption },
  async run({ connector: id, root, webhook }, session) {
    const handle = await connectorAt(id, root, session, { webhook })
    const findings = await handle.verify({ signal: session.signal })
    const failures = findings.filter(({ ok }) => !ok)
    const value = { connector: id, ok: failures.length === 0, findings: findings.map((finding) => ({ ...finding })) }
    await answer(session, value, () => findings.map(formatFinding).join('\n'))
    checkAll(id, failures)
  },
})

function formatFinding({ ok, message }: Finding): string {
  return `${ok ? 'ok    ' : 'failed'}  ${message}`
}

function checkAll(id: string, [first, ...more]: readonly Finding[]): void {
  if (first === undefined) return
  const others = more.length === 0 ? '' : `; and ${formatCount(more.length, 'more problem')}`
  throw new DeltaError(
    'invalid-data',
    `connector ${id} does not keep what it promises: ${first.message}; ${first.remedy}${others}`,
    {
      blame: first.blame,
      problems: [first, ...more].map(({ ok: _, ...problem }) => ({ ...problem, action: 'block' as const })),
    },
  )
}
