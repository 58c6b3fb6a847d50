import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shareDocumentSchema } from '../../src/manifest/index.ts'
import { type CommandOptions, type Finished, runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-apply-'))
let root = 0
let env = {}

beforeAll(async () => {
  writeFileSync(join(cwd, 'orders.csv'), 'id,country\n1,DE\n2,FR\n')
  await runCommand(['table', 'write', './orders', '--from', 'orders.csv', '--partition-by', 'country'], { cwd })
  await runCommand(['table', 'write', './plain', '--from', 'orders.csv'], { cwd })
})
afterAll(() => rmSync(cwd, { recursive: true }))

/** The command line over a root of its own for each test. */
function freshRoot(): (argv: string[], options?: CommandOptions) => Promise<Finished> {
  env = { DELTAQUILL_ROOT: `./root-${++root}` }
  return (argv, options) => runCommand(argv, { cwd, env, ...options })
}

const table = (lines: string) => `
manifestVersion: 1
shares:
  - name: sales
    schemas:
      - name: shop
        tables:
          - name: orders
            ${lines}
`

describe('share apply', () => {
  test('takes a document from stdin as JSON, and answers in JSON', async () => {
    const deltaquill = freshRoot()
    const stdin = JSON.stringify({ manifestVersion: 1, shares: [{ name: 'sales' }], recipients: [{ name: 'acme' }] })
    const planned = await deltaquill(['share', 'apply', '-', '--dry-run', '--json'], { stdin })
    const differences = [
      { action: 'add', kind: 'share', name: 'sales', fields: {} },
      { action: 'add', kind: 'recipient', name: 'acme', fields: { expiresIn: { from: null, to: '90 days' } } },
    ]
    expect(JSON.parse(planned.stdout)).toEqual({ applied: false, differences, kept: [], notices: [] })
    expect((await deltaquill(['share', 'list'])).stdout).toBe('no shares\n')
    const applied = await deltaquill(['share', 'apply', '-', '--json'], { stdin })
    expect(JSON.parse(applied.stdout)).toEqual({ applied: true, differences, kept: [], notices: [] })
    // No link ends in the log of a pipeline.
    expect(applied.stdout + applied.stderr).not.toMatch(/activate\/|dqa?_/)
    expect(JSON.parse((await deltaquill(['share', 'export', '--json'])).stdout)).toMatchObject({
      shares: [{ name: 'sales' }],
      recipients: [{ name: 'acme' }],
    })
  })

  test('takes locations from where the file is, and names what it leaves alone until it prunes', async () => {
    const deltaquill = freshRoot()
    writeFileSync(join(cwd, 'shares.yaml'), table('location: ./orders'))
    await deltaquill(['share', 'create', 'old'])
    const elsewhere = await deltaquill(
      ['share', 'apply', join(cwd, 'shares.yaml'), '--root', join(cwd, `root-${root}`)],
      {
        cwd: tmpdir(),
      },
    )
    expect(elsewhere.stdout).toContain(`location: ${join(cwd, 'orders')}`)
    expect(elsewhere.stderr).toContain('1 thing that the document does not name stay; --prune drops them:\n- share old')
    const pruned = await deltaquill(['share', 'apply', 'shares.yaml', '--prune'])
    expect(pruned.stdout).toBe('- share old\n')
  })

  test('takes the configuration of the reference server, and says what is not about shares', async () => {
    const deltaquill = freshRoot()
    writeFileSync(
      join(cwd, 'reference.yaml'),
      'version: 1\nshares:\n- name: "s"\n  schemas:\n  - name: "x"\n    tables:\n    - name: "t"\n      location: "orders"\n      historyShared: true\nhost: "localhost"\nport: 8080\n',
    )
    const applied = await deltaquill(['share', 'apply', 'reference.yaml'])
    expect(applied).toMatchObject({ exit: 0, stderr: expect.stringMatching(/^notice: .*: host, port$/m) })
    expect(JSON.parse((await deltaquill(['share', 'show', 's', '--json'])).stdout)).toMatchObject({
      tables: [{ schema: 'x', name: 't', location: join(cwd, 'orders'), history: true, version: 'latest' }],
      recipients: [],
    })
  })

  test.each([
    ['what is no YAML', 'a: [', 2, 'is neither YAML nor JSON'],
    ['a list that holds itself', 'shares: &all [*all]', 2, 'has no end'],
    ['two documents in one', '---\na: 1\n---\nb: 1\n', 2, 'is neither YAML nor JSON'],
    ['a key that stands twice', 'manifestVersion: 1\nmanifestVersion: 1\n', 2, 'is neither YAML nor JSON'],
    [
      'an alias that grows without end',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(60)}]\nc: &c [${'*b,'.repeat(60)}]\n`,
      2,
      'is neither YAML nor JSON',
    ],
    ['a key with a typing error', table('location: ./orders\n            partiton: { country: DE }'), 2, '"partiton"'],
    ['a table that is not there', table('location: ./nowhere'), 4, 'is no Delta table'],
    ['a version that is not there', table('location: ./orders\n            version: 7'), 4, '7'],
    ['a column that is no partition', table('location: ./orders\n            partition: { id: 1 }'), 2, 'country'],
    [
      'a filter of a table without partitions',
      table('location: ./plain\n            partition: { id: 1 }'),
      2,
      'has no partitions',
    ],
    [
      'a number that would be rounded',
      table('location: ./orders\n            partition: { country: 12345678901234567890 }'),
      2,
      'partition.country',
    ],
    ['a location of another storage', table('location: gs://bucket/x'), 6, 'gs://'],
  ])('refuses %s, and shares nothing', async (_, text, exit, message) => {
    const deltaquill = freshRoot()
    writeFileSync(join(cwd, 'wrong.yaml'), text)
    const refused = await deltaquill(['share', 'apply', 'wrong.yaml'])
    expect(refused).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(message) })
    expect((await deltaquill(['share', 'list'])).stdout).toBe('no shares\n')
  })

  test('says on demand what was thrown at a document without an end', async () => {
    const options = { cwd, stdin: 'shares: &all [*all]', env: { DELTAQUILL_ROOT: './root', DELTAQUILL_DEBUG: '1' } }
    const { stderr } = await runCommand(['share', 'apply', '-'], options)
    expect(stderr).toContain('caused by: RangeError')
  })
})

describe('share set-table', () => {
  test('changes one thing, and looks at the table first', async () => {
    const deltaquill = freshRoot()
    await deltaquill(['share', 'create', 'sales'])
    await deltaquill([
      'share',
      'add-table',
      'sales',
      'shop.orders',
      '--location',
      './orders',
      '--partition',
      '{"country":"DE"}',
    ])
    const set = (...argv: string[]) => deltaquill(['share', 'set-table', 'sales', 'shop.orders', ...argv, '--json'])
    expect(JSON.parse((await set('--version', '0', '--history')).stdout)).toMatchObject({
      tables: [{ version: 0, history: true, partition: { country: 'DE' } }],
    })
    expect((await set('--partition', 'none', '--history', 'false')).stdout).not.toContain('partition')
    expect(await set('--version', '9')).toMatchObject({ exit: 4 })
    expect(await set('--partition', '{"id":1}')).toMatchObject({ exit: 2 })
    expect(await set('--history', 'perhaps')).toMatchObject({ exit: 2 })
    expect(await deltaquill(['share', 'set-table', 'sales', 'shop.other'])).toMatchObject({ exit: 4 })
  })
})

describe('recipients', () => {
  test('leak, change and go by one command each', async () => {
    const deltaquill = freshRoot()
    const json = async (...argv: string[]) => JSON.parse((await deltaquill([...argv, '--json'])).stdout)
    await deltaquill(['share', 'create', 'sales'])
    const { activationUrl } = await json('recipient', 'create', 'acme', '--ip', '192.0.2.1')
    await deltaquill(['recipient', 'grant', 'acme', '--share', 'sales'])
    const replaced = await json('recipient', 'leaked', 'acme')
    expect(replaced).toEqual({
      name: 'acme',
      activationUrl: expect.stringContaining('/activate/dqa_acme_'),
      activationExpiresAt: expect.any(String),
      expiresAt: expect.any(String),
      endedTokens: 0,
      voidedLink: true,
      shares: ['sales'],
    })
    expect(replaced.activationUrl).not.toBe(activationUrl)
    await deltaquill(['recipient', 'set', 'acme', '--ip', 'none', '--expires-in', '10d'])
    await deltaquill(['recipient', 'activate', replaced.activationUrl, '--root', `./root-${root}`])
    expect(await json('recipient', 'show', 'acme')).toMatchObject({ allowedIps: [], leaks: [{ voidedLink: true }] })
    await json('recipient', 'rotate', 'acme')
    expect(await json('recipient', 'list')).toMatchObject({ endsAt: expect.any(String), endsSoon: true })
    expect((await deltaquill(['recipient', 'list'])).stdout).toContain('soon: rotate it')
    await deltaquill(['recipient', 'drop', 'acme'])
    expect(await deltaquill(['recipient', 'show', 'acme'])).toMatchObject({ exit: 4 })
  })
})

test('share schema prints the schema of the document', async () => {
  expect(JSON.parse((await freshRoot()(['share', 'schema', '--json'])).stdout)).toEqual(
    JSON.parse(JSON.stringify(shareDocumentSchema())),
  )
})
