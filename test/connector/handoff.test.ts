import { expect, test } from 'vitest'
import { recordPublicUrl } from '../../src/manifest/index.ts'
import { configOf, emptyPlace } from './killed-connector.ts'
import { lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

test('the hand-off names the tables that there are, and reads one with each tool', async () => {
  const world = await lived({ teamName: 'Acme | Data' }, [{ runId: 'r1', day: 1 }])
  const text = await world.open().handoff({ endpoint: 'https://share.example/delta-sharing' })
  for (const table of Object.keys(await world.see())) expect(text).toContain(`\`kadoa.${table}\``)
  expect(text).toContain('load_as_pandas("config.share#kadoa_acme.kadoa.WF_SHOP__LATEST")')
  expect(text).toContain('CREATE CATALOG IF NOT EXISTS kadoa_acme USING SHARE kadoa.kadoa_acme;')
  expect(text).toContain('SHOW SHARES IN PROVIDER kadoa;')
  expect(text).toContain('https://share.example/delta-sharing')
  expect(text).toContain('price.amount / 100')
  expect(text).toContain('Acme \\| Data')
})

test('the hand-off sends nobody to an endpoint that is none', async () => {
  const world = await lived({}, [{ runId: 'r1', day: 1 }])
  await expect(world.open().handoff({ endpoint: 'share.example' })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('an endpoint must be an http or https URL'),
  })
})

test('the hand-off of a connector that shows nothing yet says so', async () => {
  const place = emptyPlace()
  await place.open().provision(configOf({ money: 'flat' }))
  const text = await place.open().handoff()
  expect(text).toContain('No run is published yet')
  expect(text).toContain('price_AMOUNT / 100')
})

test('the hand-off says how structs and arrays are read, where there are any', async () => {
  const [typed, json] = [await lived({ nested: 'typed' }), await lived()]
  const text = await typed.open().handoff()
  for (const way of ['`specs.weight` in SQL', 'explode(sizes)', 'unnest(sizes)', 'json_normalize', 'Power BI']) {
    expect(text).toContain(way)
  }
  expect(await json.open().handoff()).not.toContain('unnest')
})

test('the hand-off holds neither the link nor the token', async () => {
  const world = await lived()
  await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const text = await world.open().handoff()
  expect(text).not.toContain(world.bearerToken)
  expect(text).not.toContain(world.links[0]?.activationCode)
})

test('the hand-off names the endpoint that the server recorded, for tools that are told it by hand', async () => {
  const world = await lived({}, [{ runId: 'r1', day: 1 }])
  expect(await world.open().handoff()).toContain('<the endpoint that stands in config.share>')
  await recordPublicUrl(world.store, 'https://data.example/delta-sharing')
  expect(await world.open().handoff()).toContain('https://data.example/delta-sharing')
})
