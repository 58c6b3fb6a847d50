import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Finished, runCommand } from '../cli/run-command.ts'
import { blocks, exampleDirectory, page, printedBy, wordsOf } from '../examples.ts'

/* The examples of docs/sharing.md in the order in which they stand, in one directory, as a reader would try them. */
let home: ReturnType<typeof exampleDirectory>
beforeAll(() => {
  home = exampleDirectory()
  writeFileSync('orders.csv', 'id,country\n1,DE\n2,FR\n3,IT\n')
})
afterAll(() => home.leave())

const [sharing, changing, inviting, asDocument, ...moreCommands] = blocks('docs/sharing.md', 'sh')
const [document, ...moreDocuments] = blocks('docs/sharing.md', 'yaml')
const [publishing, contract, ...moreScripts] = blocks('docs/sharing.md', 'ts')

/** Runs each line that is a command of ours; `> file` is where the output goes. */
async function commands(block = ''): Promise<Finished[]> {
  const results: Finished[] = []
  for (const line of block
    .trim()
    .split('\n')
    .filter((text) => text.startsWith('deltaquill '))) {
    const [words = '', file] = line.split(' > ')
    const finished = await runCommand(wordsOf(words).slice(1), {
      cwd: home.path,
      env: { DELTAQUILL_ROOT: './shop/sharing' },
    })
    if (file !== undefined) writeFileSync(file, finished.stdout)
    results.push(finished)
  }
  expect(results.map(({ exit, stderr }) => (exit === 0 ? 0 : stderr))).toEqual(results.map(() => 0))
  return results
}

test('every example is tried here', () => {
  expect([sharing, changing, inviting, asDocument, document, publishing, contract]).not.toContain(undefined)
  expect([moreCommands, moreDocuments, moreScripts]).toEqual([[], [], []])
  expect(sharing).toContain('export DELTAQUILL_ROOT=./shop/sharing\n')
})

test('a table is shared, by its partitions', async () => {
  await commands(sharing)
  const [, shown] = await commands(changing)
  expect(shown?.stdout).toContain('{"country":{"in":["DE","FR"]}}')
})

test('a recipient is invited', async () => {
  const [, , shown] = await commands(inviting)
  expect(shown?.stdout).toMatch(/pending.*shop.*192\.0\.2\.0\/24/s)
})

test('an export applied again changes nothing', async () => {
  const [, planned, applied] = await commands(asDocument)
  expect([planned?.stdout, applied?.stdout]).toEqual(['nothing differs\n', 'nothing differs\n'])
})

test('the document is applied in its place', async () => {
  expect(readFileSync('shares.yaml', 'utf8')).toContain('manifestVersion: 1\n')
  writeFileSync('shares.yaml', document ?? '')
  const [planned, applied] = await commands(asDocument?.split('\n').slice(1).join('\n'))
  expect(applied?.stdout).toBe(planned?.stdout)
  expect(applied?.stdout).toBe(
    [
      '~ table shop.sales.orders',
      '    version: latest → 0',
      '+ recipient bert',
      '    expiresIn: 90 days',
      '+ grant of shop to bert',
      '',
    ].join('\n'),
  )
  expect(applied?.stderr).toContain('bert has no link yet: "deltaquill recipient rotate bert" makes one')
})

test('every command of the table of recipients works', async () => {
  const table = [...page('docs/sharing.md').matchAll(/^\| `(recipient .*)` \|/gm)]
  expect(table).toHaveLength(5)
  await commands(table.map(([, command]) => `deltaquill ${command}`).join('\n'))
})

test('a publisher looks at the candidate, and publishes it', async () => {
  expect(await printedBy(home.path, 'publishing', publishing)).toEqual([[200, '0'], [[0]]])
})

test('a plane passes the contract', async () => {
  expect(await printedBy(home.path, 'contract', contract)).toEqual([['every promise is kept']])
})
