import { describe, expect, test } from 'vitest'
import { type UnityCatalog, unityCatalog } from '../../src/databricks/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { clientOf } from '../databricks/client-of.ts'
import { refusing } from '../fakes/unity-catalog/index.ts'
import { keysOf } from '../keys-of.ts'
import { type DatabricksPlace, databricksConfig, provisionedPlace } from './databricks-world.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf } from './world.ts'

const R1 = { runId: 'r1', day: 1, rows: 2 }
const NEWS = { workflowId: 'news', runId: 'n1', day: 1, rows: 1 }
const NEWS_2 = { workflowId: 'news', runId: 'n2', day: 4, rows: 1 }
const CHANGED = { runId: 'r3', day: 3, rows: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }
const SHARE = 'kadoa_acme'

/** Two workflows are shown. */
async function published(): Promise<DatabricksPlace> {
  const place = await provisionedPlace({}, [R1, NEWS])
  place.fake.calls.splice(0)
  return place
}

async function committed({ store }: DatabricksPlace): Promise<string[]> {
  return (await keysOf(store)).filter((key) => key.startsWith('tables/') && !key.includes('/staging/'))
}

function calls({ fake }: DatabricksPlace): string[] {
  return fake.calls.splice(0).map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)
}

const shutOut = ({ fake }: DatabricksPlace): void => {
  fake.metastore.externalAccessEnabled = false
}
const letIn = ({ fake }: DatabricksPlace): void => {
  fake.metastore.externalAccessEnabled = true
}

/** A workspace that lets nobody in from outside any more, once it was inspected and said that it does. */
function shutAfterInspection(place: DatabricksPlace): UnityCatalog {
  const { url: host, token, fetch } = place.fake
  let looks = 0
  return unityCatalog({
    host,
    token,
    runtime: place.runtime,
    fetch: async (input, init) => {
      const answer = await fetch(input, init)
      if (String(input).includes('metastore_summary') && looks++ === 0) shutOut(place)
      return answer
    },
  })
}

/** Somebody shows a table of his under the name that ours is to have. */
async function showForeign({ fake }: DatabricksPlace): Promise<void> {
  const [{ location = '' } = {}] = fake.shares.shown().flatMap(({ objects }) => objects)
  fake.tables.provide('other.place.theirs', location)
  const sharedAs = 'kadoa.WF_SHOP__V2'
  await clientOf(fake).shares.update(SHARE, [{ action: 'ADD', table: 'other.place.theirs', sharedAs }])
}

test.each<[string, (place: DatabricksPlace) => unknown, RegExp, (place: DatabricksPlace) => unknown]>([
  ['access from outside', shutOut, /a metastore admin turns it on/, letIn],
  [
    'a privilege',
    ({ fake }) =>
      fake.metastore.privileges.revoke({ type: 'external_location', name: 'kadoa' }, ['EXTERNAL_USE_LOCATION']),
    /owner of the external location .*runs: GRANT EXTERNAL USE LOCATION/,
    ({ fake }) =>
      fake.metastore.privileges.grant({ type: 'external_location', name: 'kadoa' }, ['EXTERNAL_USE_LOCATION']),
  ],
  [
    'the name of a table, which another has',
    showForeign,
    /kadoa\.WF_SHOP__V2: somebody else shows other\.place\.theirs under that name; the owner of the share runs: ALTER SHARE/,
    ({ fake }) => clientOf(fake).shares.update(SHARE, [{ action: 'REMOVE', table: 'other.place.theirs' }]),
  ],
])(
  'a run whose table wants %s is refused with nothing of it committed, and others are published',
  async (_, spoil, whose, mend) => {
    const place = await published()
    const [before, seen] = [await committed(place), await place.see()]
    await spoil(place)
    await expect(place.open().publish(deliveryOf(CHANGED))).rejects.toThrow(whose)
    expect([await committed(place), await place.see()]).toEqual([before, expect.objectContaining(seen)])
    expect(await place.open().publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
    await mend(place)
    await place.open().publish(deliveryOf(CHANGED))
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1', 'r3'])
  },
)

test('a run for whose table the share has no room is refused with nothing of it committed, by whose move there is', async () => {
  const place = await published()
  const { size: tablesPerShare } = new Set(Object.keys(await place.see()))
  const before = await committed(place)
  const full = place.openAs({ tablesPerShare })
  await expect(full.publish(deliveryOf(CHANGED))).rejects.toMatchObject({
    code: 'unsupported',
    details: { blame: 'databricks' },
    message: expect.stringContaining(`Databricks allows ${tablesPerShare} in a share; take the tables`),
  })
  expect(await committed(place)).toEqual(before)
  expect(await full.publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
  expect(await place.openAs({ tablesPerShare: tablesPerShare + 1 }).publish(deliveryOf(CHANGED))).toMatchObject({
    outcome: 'published',
  })
})

describe('a run that was committed, and whose table is hindered since', () => {
  async function waiting(): Promise<DatabricksPlace> {
    const place = await published()
    const seen = await place.see()
    const late = place.openAs({ catalog: shutAfterInspection(place) })
    await expect(late.publish(deliveryOf(CHANGED))).rejects.toMatchObject({ code: 'permission-denied' })
    expect(await place.see()).toEqual(seen)
    return place
  }

  test('waits, told of by a warning with each publication, and holds no other up', async () => {
    const place = await waiting()
    expect(await place.open().publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
    expect(place.warnings.join()).toMatch(/workflow shop waits on: .*external data access is off; a metastore admin/)
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1'])
  })

  test('is shown by whoever publishes next once nothing is in its way', async () => {
    const place = await waiting()
    letIn(place)
    await place.open().publish(deliveryOf(NEWS_2))
    expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1', 'r3'])
  })
})

/** Somebody has registered a table of his where one of ours is to lie. */
const takePlace =
  (folder: string) =>
  ({ fake, store }: DatabricksPlace): void =>
    fake.tables.provide('other.place.theirs', prefixStore(store, `tables/acme/kadoa/${folder}`).location)

describe.each([
  ['of a version', 'WF_SHOP__V2/0'],
  ['of the latest rows', 'WF_SHOP__LATEST/1'],
])('a run whose table %s finds its place taken by another table of Unity Catalog', (_, folder) => {
  test('waits, told by which, with nothing of it in sight, and holds no other workflow up', async () => {
    const place = await published()
    const seen = await place.see()
    takePlace(folder)(place)
    await expect(place.open().publish(deliveryOf(CHANGED))).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { blame: 'kadoa' },
      message: expect.stringMatching(/other\.place\.theirs.*its owner drops it/),
    })
    expect(await place.see()).toEqual(seen)
    expect(await place.open().publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
    expect(place.warnings.join()).toMatch(/workflow shop waits on: .*other\.place\.theirs/)
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1'])
  })

  test('is shown by whoever publishes next once the place is free', async () => {
    const place = await published()
    takePlace(folder)(place)
    await expect(place.open().publish(deliveryOf(CHANGED))).rejects.toThrow()
    place.fake.tables.drop('other.place.theirs')
    await place.open().publish(deliveryOf(NEWS_2))
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1', 'r3'])
  })
})

test('a privilege that a group may have, and has not, keeps the workflow back that wants it, and no other', async () => {
  const place = await published()
  const seen = await place.see()
  const external = { type: 'external_location', name: 'kadoa' } as const
  place.fake.metastore.privileges.revoke(external, ['CREATE_EXTERNAL_TABLE'])
  const asksForHolders = /^GET effective-permissions\/external_location\/[^?]*\?(?!.*principal)/
  place.fake.troubles.on(asksForHolders, refusing(403, 'PERMISSION_DENIED', 'User is not an owner'), 9)
  await expect(place.open().publish(deliveryOf(CHANGED))).rejects.toThrow('GRANT CREATE EXTERNAL TABLE')
  expect(await place.see()).toEqual(seen)
  expect(await place.open().publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
  expectWholeGeneration(await place.see())
})

test('workflows that come back find their way free before anything is told of them', async () => {
  const place = await published()
  await place.open().update(databricksConfig({ workflows: ['news'] }))
  const seen = await place.see()
  shutOut(place)
  await expect(place.open().update(databricksConfig())).rejects.toMatchObject({ code: 'permission-denied' })
  expect(await place.see()).toEqual(seen)
  expect(await place.open().publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
  letIn(place)
  await place.open().update(databricksConfig())
  expectWholeGeneration(await place.see())
  expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1'])
})

test('an activity log that is switched on again finds its way free before that is written down', async () => {
  const place = await published()
  await place.open().update(databricksConfig({ activityLog: false }))
  shutOut(place)
  const seen = await place.see()
  await expect(place.open().update(databricksConfig())).rejects.toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining('ACTIVITY_LOG cannot be published: '),
  })
  expect(await place.see()).toEqual(seen)
  expect(await place.open().publish(deliveryOf(NEWS_2))).toMatchObject({ outcome: 'published' })
  letIn(place)
  await place.open().update(databricksConfig())
  expect(Object.keys(await place.see())).toContain('ACTIVITY_LOG')
})

describe('a table that the share hides keeps runs back before anything of them is committed', () => {
  function hide({ fake }: DatabricksPlace, name: string): () => void {
    const objects = fake.shares.shown().flatMap((share) => share.objects)
    const object = objects.find(({ shared_as }) => shared_as === `kadoa.${name}`)
    const on = { type: 'table', name: String(object?.name) } as const
    fake.metastore.privileges.own(on, 'somebody')
    return () => fake.metastore.privileges.own(on)
  }

  test.each([
    ['WF_SHOP__V1', 'of its workflow alone', true],
    ['WF_SHOP__LATEST', 'of its workflow alone', true],
    ['ACTIVITY_LOG', 'of all', false],
    ['WORKFLOW_RUNS', 'of all', false],
  ])('%s those %s, saying who grants what', async (name, _, othersGoOn) => {
    const place = await published()
    const show = hide(place, name)
    const [before, seen] = [await committed(place), await place.see()]
    place.fake.calls.splice(0)
    await expect(place.open().publish(deliveryOf({ ...R1, runId: 'r2', day: 2 }))).rejects.toThrow(
      /GRANT SELECT ON TABLE/,
    )
    // So many requests it costs each time, whatever the share shows besides.
    expect(calls(place).length).toBeLessThan(45)
    expect([await committed(place), await place.see()]).toEqual([before, seen])
    const other = place.open().publish(deliveryOf(NEWS_2))
    if (othersGoOn) expect(await other).toMatchObject({ outcome: 'published' })
    else await expect(other).rejects.toThrow(/GRANT SELECT ON TABLE/)
    show()
    for (const run of [{ ...R1, runId: 'r2', day: 2 }, NEWS_2]) await place.open().publish(deliveryOf(run))
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see()).sort()).toEqual(['n1', 'n2', 'r1', 'r2'])
  })
})

test('a latest table that goes back to other columns finds its way free before the metadata tells of it', async () => {
  const place = await published()
  await place.open().publish(deliveryOf(CHANGED))
  const { WORKFLOWS, WORKFLOW_RUNS, WF_SHOP__LATEST } = await place.see()
  shutOut(place)
  await expect(place.open().retract({ workflowId: 'shop', runId: 'r3' })).rejects.toMatchObject({
    code: 'permission-denied',
  })
  expect(await place.see()).toMatchObject({ WORKFLOWS, WORKFLOW_RUNS, WF_SHOP__LATEST })
  letIn(place)
  await place.open().retract({ workflowId: 'shop', runId: 'r3' })
  expectWholeGeneration(await place.see())
  expect(runsIn(await place.see()).sort()).toEqual(['n1', 'r1'])
})

test('a publication without a new table asks the workspace no more than what it shows and to whom', async () => {
  const place = await published()
  await place.open().publish(deliveryOf(NEWS_2))
  const begun = [`GET shares/${SHARE}`, `GET shares/${SHARE}/permissions`, `GET recipients/${SHARE}`]
  expect(calls(place)).toEqual([...begun, ...begun, `GET shares/${SHARE}`])
})
