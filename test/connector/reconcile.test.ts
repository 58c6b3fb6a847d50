import { expect, test } from 'vitest'
import { parseConnectorConfig } from '../../src/connector/index.ts'
import { removeTable } from '../../src/manifest/index.ts'
import { keysOf } from '../keys-of.ts'
import { entry, kinds, published, V1 } from './reconcile-world.ts'
import { deliveryOf } from './world.ts'

test('where all is as it should be, nothing is found', async () => {
  const world = await published()
  const keys = await keysOf(world.store)
  expect(await world.open().reconcile()).toEqual([])
  expect(await keysOf(world.store)).toEqual(keys)
})

test('runs that were taken back, and workflows that left the share, are as they should be', async () => {
  const world = await published()
  await world.open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 3 }))
  await world.open().retract({ workflowId: 'shop', runId: 'r2' })
  expect(await world.open().reconcile()).toEqual([])
  await world.open().retract({ workflowId: 'shop', runId: 'r1' })
  expect(await world.open().reconcile()).toEqual([])
  const recipient = { mode: 'token', contact: 'data@acme.example' }
  const { config } = parseConnectorConfig({ connectorId: 'acme', teamId: 'team-1', recipient, workflows: ['shop'] })
  await world.open().update(config)
  expect(await world.open().reconcile()).toEqual([])
})

test('a record of a workflow that is damaged is told of, and all else is mended', async () => {
  const world = await published()
  await world.open().publish(deliveryOf({ workflowId: 'jobs', runId: 'j1', day: 1 }))
  const before = await world.see()
  const key = 'connectors/acme/workflows/SHOP.json'
  const { body } = await world.store.get(key)
  await world.store.put(key, new TextEncoder().encode('{"connectorVersion":'), { mode: 'overwrite' })
  await removeTable(world.store, entry('WF_JOBS__V1'))
  const found = await world.open().reconcile()
  expect(kinds(found).sort()).toEqual(['missing-table: true', 'unreadable-workflow: false'])
  expect(found.at(-1)?.message).toContain(key)
  expect(await world.see()).toEqual(before)
  await world.store.put(key, body, { mode: 'overwrite' })
  expect(await world.open().reconcile()).toEqual([])
})

test('a table whose log is damaged is told of, and the others are mended', async () => {
  const world = await published()
  await world.open().publish(deliveryOf({ workflowId: 'jobs', runId: 'j1', day: 1 }))
  for (const key of await keysOf(world.store, `${V1}/_delta_log/`)) {
    await world.store.put(key, new TextEncoder().encode('{'), { mode: 'overwrite' })
  }
  await removeTable(world.store, entry('WF_JOBS__V1'))
  const found = await world.open().reconcile()
  expect(kinds(found).sort()).toEqual(['missing-table: true', 'unreadable-table: false'])
  expect(found.find(({ drift }) => drift === 'unreadable-table')?.message).toMatch(/^WF_SHOP__V1 cannot be looked at/)
})
