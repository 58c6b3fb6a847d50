import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { workspaceOf } from '../../src/cli/databricks-workspace.ts'
import { deleteBelow } from '../../src/connector/delete-below.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { openStore } from '../../src/store/index.ts'
import { FIELDS, linesOf, rowsOf, runOf } from '../cli/connector-place.ts'
import { runCommand } from '../cli/run-command.ts'

const {
  DATABRICKS_HOST: host = '',
  DELTAQUILL_LIVE_ROOT: liveRoot = '',
  DELTAQUILL_LIVE_CATALOG: catalog,
  DELTAQUILL_LIVE_IDENTIFIER: sharingIdentifier,
} = process.env

const recipients = [
  { mode: 'token', contact: 'nobody', servedBy: 'databricks', lifetimeDays: 1 },
  ...(sharingIdentifier ? [{ mode: 'databricks', sharingIdentifier }] : []),
]

describe.each(recipients)('a connector on a real workspace, with a recipient by $mode', (recipient) => {
  const connectorId = `live-${recipient.mode}-${Date.now().toString(36)}`
  const share = `kadoa_${connectorId.replaceAll('-', '_')}`
  const root = `${liveRoot.replace(/\/$/, '')}/${connectorId}`
  const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-live-'))
  const profile = join(cwd, 'live.share')

  const run = (...argv: string[]) => runCommand(argv, { cwd, env: { ...process.env, DELTAQUILL_ROOT: root } })

  async function answered(...argv: string[]) {
    const { exit, stdout, stderr } = await run('connector', ...argv, '--json')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.not.stringContaining('error') })
    return JSON.parse(stdout)
  }

  async function publish(runId: string, day: number, fields: readonly object[], rows: readonly object[]) {
    writeFileSync(join(cwd, 'run.json'), JSON.stringify(runOf(runId, day, { schema: { workflowId: 'shop', fields } })))
    writeFileSync(join(cwd, 'rows.jsonl'), linesOf(rows))
    return answered('publish', connectorId, '--run', 'run.json', '--rows', 'rows.jsonl')
  }

  // Whatever failed: nothing of it stays in the workspace or in the bucket.
  afterAll(async () => {
    try {
      const { exit, stderr } = await run('connector', 'deprovision', connectorId, '--purge')
      // 4: it was refused before it was begun.
      expect([0, 4], stderr).toContain(exit)
      await deleteBelow({ store: await openStore(root), signal: undefined }, '')
    } finally {
      rmSync(cwd, { recursive: true })
    }
  })

  test('is provisioned, and finds that nothing is missing', async () => {
    const config = { connectorId, teamId: 'live', recipient, catalog }
    writeFileSync(join(cwd, 'connector.json'), JSON.stringify(config))
    const { activationUrl } = await answered('provision', '--config', 'connector.json')
    if (recipient.mode === 'databricks') return expect(activationUrl).toBeNull()
    const origin = host.includes('://') ? host : `https://${host}`
    const link = encodeURIComponent(activationUrl)
    const answer = await fetch(new URL(`/api/2.1/unity-catalog/public/data_sharing_activation/${link}`, origin))
    expect(answer.status).toBe(200)
    writeFileSync(profile, await answer.text())
  })

  test('publishes runs, the second with other columns', async () => {
    expect(await publish('run-1', 1, FIELDS, rowsOf(4))).toMatchObject({ outcome: 'published', rows: 4 })
    const stocked = rowsOf(5).map((row) => ({ ...row, stock: 7 }))
    const fields = [...FIELDS, { name: 'stock', dataType: 'NUMBER' }]
    expect(await publish('run-2', 2, fields, stocked)).toMatchObject({ outcome: 'published', schemaVersion: 2 })
    expect(await answered('verify', connectorId)).toMatchObject({ ok: true })
  })

  test('is told from which version on its histories are shared: what is not told passes for what was asked', async () => {
    const workspace = workspaceOf({ connectorId }, { env: process.env, runtime: systemRuntime })
    const { objects } = await workspace.shares.get(share)
    const starts = objects.flatMap(({ sharedAs, history, startVersion }) =>
      history ? [[sharedAs?.toLowerCase(), startVersion]] : [],
    )
    expect(starts.sort()).toEqual([
      ['kadoa.wf_shop__v1', 0],
      ['kadoa.wf_shop__v2', 0],
    ])
  })

  if (recipient.mode === 'databricks') return
  test('is read by whoever has the token', async () => {
    const { exit, stdout, stderr } = await run('shared', 'read', `${profile}#${share}.kadoa.wf_shop__latest`)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n')).toHaveLength(5)
  })
})
