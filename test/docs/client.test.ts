import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTable } from '../../src/index.ts'
import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { serve } from '../../src/server/node.ts'
import { openStore } from '../../src/store/index.ts'
import { formatProfile } from '../../src/wire/index.ts'
import { blocks, exampleDirectory, printedBy } from '../examples.ts'
import { printedByLines } from './command-lines.ts'

/* The examples of docs/client.md, as their reader would try them with a profile of our own server. */
let home: ReturnType<typeof exampleDirectory>
let server: Awaited<ReturnType<typeof serve>>

beforeAll(async () => {
  home = exampleDirectory()
  const root = await openStore(`${home.path}/root`)
  server = await serve({ store: root, openTable: openStore, host: '127.0.0.1', port: 0 })
  const location = `${home.path}/products`
  const properties = { 'delta.enableChangeDataFeed': 'true' }
  const rows = [{ id: 1, price: 24.9, country: 'DE' }]
  const table = await createTable(location, { rows, properties })
  await table.append([{ id: 2, price: 3.5, country: 'FR' }])
  await table.append([{ id: 3, price: 7, country: 'DE' }])
  await table.settled()
  await createShare(root, { name: 'shop' })
  await addTable(root, { share: 'shop', schema: 'spring', name: 'products', location, history: true })
  const { activationCode } = await createRecipient(root, { name: 'anna', endpoint: server.url })
  await grantShare(root, { recipient: 'anna', share: 'shop' })
  writeFileSync('config.share', formatProfile(await redeemActivation(root, { code: activationCode })))
})
afterAll(async () => {
  await server.close()
  home.leave()
})

const [first, past, ...more] = blocks('docs/client.md', 'ts')

test('every example is tried here', () => {
  expect([first, past]).not.toContain(undefined)
  expect(more).toEqual([])
})

test('tables are listed, and rows read with columns and a filter', async () => {
  expect(await printedBy(home.path, 'first', first)).toEqual([
    ['shop.spring.products'],
    [{ id: 1, price: 24.9 }],
    [{ id: 3, price: 7 }],
  ])
})

test('an older version is read as Arrow, and what changed since', async () => {
  expect(await printedBy(home.path, 'past', past)).toEqual([[2], [3, 'insert']])
})

test('the command line says the same', async () => {
  const printed = await printedByLines(blocks('docs/client.md', 'sh').join(''), { cwd: home.path })
  expect(printed[0]).toContain('shop.spring.products')
  expect(printed[1]).toMatch(/version +1\n/)
  expect(printed[2]?.split('\n')).toHaveLength(3)
  expect(printed[3]).toContain('"_change_type":"insert"')
})
