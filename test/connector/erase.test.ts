import { describe, expect, test } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import { loadShare, publish } from '../../src/manifest/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { prefixStore } from '../../src/store/index.ts'
import { findTraces, openTable } from '../../src/table/index.ts'
import { configOf } from './killed-connector.ts'
import { killedAfter, killedStore, sleepingStore, watchedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn, type Seen } from './recipient.ts'
import { deliveryOf, type Given, provisioned, type World } from './world.ts'

const QUIET = { config: { activityLog: false } }
const ANN = 'ann@example.com'
const PEOPLE = [
  { name: 'email', dataType: 'STRING', isKey: true },
  { name: 'visits', dataType: 'NUMBER' },
]
const ERASURE = { workflowId: 'people', keys: [{ email: ANN }] }

function peopleOf(runId: string, day: number, ...emails: string[]): Given {
  const rows = emails.map((email, index) => ({ email, visits: index === 0 ? `often, says ${email}` : index }))
  return { workflowId: 'people', runId, day, fields: PEOPLE, rows }
}

const FIRST = peopleOf('p1', 1, ANN, 'bob@example.com', 'cem@example.com')
const SECOND = peopleOf('p2', 2, 'bob@example.com', ANN)

async function publishedIn(world: World, ...runs: readonly Given[]): Promise<World> {
  for (const run of runs) await world.open().publish(deliveryOf(run))
  return world
}

function emailsIn(seen: Seen, table: string): unknown[] {
  return (seen[table] ?? []).map(({ email }) => email).sort()
}

async function expectErased(world: World): Promise<Seen> {
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(JSON.stringify(seen)).not.toContain(ANN)
  expect(await findTraces(world.store, ANN)).toEqual([])
  return seen
}

describe('rows that are erased', () => {
  test('are in no table any more, nor in any object, and everybody else is there', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    const erased = await world.open().erase(ERASURE)
    expect(erased.tables).toEqual([{ name: 'WF_PEOPLE__V1', rows: 2 }])
    expect(erased.proof).toMatchObject({ isProven: true, traces: [] })
    expect(erased.proof.objects).toBeGreaterThan(10)
    const seen = await expectErased(world)
    expect(emailsIn(seen, 'WF_PEOPLE__V1')).toEqual(['bob@example.com', 'bob@example.com', 'cem@example.com'])
    expect(emailsIn(seen, 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com'])
    expect(erased.generation).toBe((await loadShare(world.store, 'kadoa_acme')).generation)
  })

  test('cannot be read from older versions of their table, which is all that is left of it', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    await world.open().erase(ERASURE)
    const { tables } = await loadShare(world.store, 'kadoa_acme')
    const entry = tables.find(({ name }) => name === 'WF_PEOPLE__V1')
    expect(entry).toMatchObject({ history: true, startVersion: entry?.version })
    const table = await openTable('memory://people', {
      store: prefixStore(world.store, 'tables/acme/kadoa/WF_PEOPLE__V1/0'),
    })
    expect((await table.history()).map(({ version }) => version)).toEqual([entry?.version])
  })

  test('leave with the row key that follows from them', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    const row = (await world.see()).WF_PEOPLE__V1?.find(({ email }) => email === ANN)
    const key = String(row?.KADOA_ROW_KEY)
    await world.open().erase(ERASURE)
    expect(await findTraces(world.store, key)).toEqual([])
  })

  test('are found by their row key', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    const row = (await world.see()).WF_PEOPLE__V1?.find(({ email }) => email === ANN)
    const { tables, proof } = await world.open().erase({ rowKeys: [String(row?.KADOA_ROW_KEY)] })
    expect(tables).toEqual([{ name: 'WF_PEOPLE__V1', rows: 2 }])
    expect(proof.isProven).toBe(true)
    expect(emailsIn(await world.see(), 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com'])
  })

  test('leave tables of workflows that are not shared any more, too', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, { runId: 'r1', day: 1 })
    await world.open().update(configOf({ activityLog: false, workflows: ['shop'] }))
    expect((await world.open().erase(ERASURE)).proof.traces).toEqual([])
    expect(await findTraces(world.store, ANN)).toEqual([])
    await world.open().update(configOf({ activityLog: false }))
    const seen = await expectErased(world)
    expect(emailsIn(seen, 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com', 'cem@example.com'])
  })

  test('leave the table of a workflow whose update was killed before its tables left the share', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, { runId: 'r1', day: 1 })
    const dead = killedStore(world.store, (request) => !/^put sharing\/shares/.test(request))
    const update = world.open(dead).update(configOf({ activityLog: false, workflows: ['shop'] }))
    await expect(update).rejects.toThrow('the process was killed')
    expect((await world.open().erase(ERASURE)).proof.traces).toEqual([])
    expect(Object.keys(await expectErased(world))).not.toContain('WF_PEOPLE__V1')
  })

  test('are told of as gone where the process was killed, and the workflow comes back to the share', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, { runId: 'r1', day: 1 })
    await world.open().update(configOf({ activityLog: false, workflows: ['shop'] }))
    const dead = killedStore(world.store, (request) => !/^put .*WORKFLOW_RUNS/.test(request))
    await expect(world.open(dead).erase(ERASURE)).rejects.toThrow('the process was killed')
    await world.open().update(configOf({ activityLog: false }))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(emailsIn(seen, 'WF_PEOPLE__V1')).toEqual(['bob@example.com', 'cem@example.com'])
  })

  test('take events with them that hold a text, where that is asked for', async () => {
    const world = await provisioned()
    const event = (title: string) => ({
      title,
      dateTime: '2026-01-01T00:00:00Z',
      resource: { type: 'TEAM', name: title },
    })
    const events = [event(`Invited ${ANN}`), event('Invited Bob')]
    await world.open().publish(deliveryOf({ ...FIRST, events } as Given))
    const left = await world.open().erase(ERASURE)
    expect(left.proof.isProven).toBe(false)
    const erased = await world.open().erase({ ...ERASURE, alsoInActivityLog: [ANN] })
    expect(erased).toMatchObject({ events: 1, proof: { isProven: true } })
    expect((await expectErased(world)).ACTIVITY_LOG).toHaveLength(1)
  })
})

describe('what comes after an erasure', () => {
  test('is published as before: rows of the same run id never, new runs at once', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    await world.open().erase(ERASURE)
    await publishedIn(world, FIRST, peopleOf('p3', 3, 'dan@example.com'))
    const seen = await expectErased(world)
    expect(runsIn(seen)).toEqual(['p1', 'p3'])
  })

  test('shows an older run without the rows when the newest is taken back', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    await world.open().erase(ERASURE)
    await world.open().retract({ workflowId: 'people', runId: 'p2' })
    expect(emailsIn(await expectErased(world), 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com', 'cem@example.com'])
  })

  test('passes all checks, and a table that somebody takes out of the share is put back', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    await world.open().erase(ERASURE)
    expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
    const share = await loadShare(world.store, 'kadoa_acme')
    const remove = [{ schema: 'kadoa', name: 'WF_PEOPLE__V1' }]
    await publish(world.store, { share, tables: [], remove })
    await world.open().reconcile()
    expect(emailsIn(await expectErased(world), 'WF_PEOPLE__V1')).toHaveLength(3)
  })
})

describe('a run that was on its way', () => {
  test('is refused where it was staged before, and may be delivered again', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const { store, asleep, wake } = sleepingStore(world.store, /put .*WF_PEOPLE__V1.*_delta_log/)
    const publication = world.open(store).publish(deliveryOf(SECOND))
    await asleep
    await world.open().erase(ERASURE)
    wake()
    await expect(publication).rejects.toSatisfy((error) => isDeltaError(error, 'conflict'))
    expect(runsIn(await world.see())).toEqual(['p1'])
    await publishedIn(world, peopleOf('p2', 2, 'bob@example.com'))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['p1', 'p2'])
  })

  test('loses its rows where it was committed and nobody saw it, and is shown without them', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    const dead = killedStore(world.store, (request) => !/lease/.test(request))
    await world
      .open(dead)
      .publish(deliveryOf(SECOND))
      .catch(() => {})
    await world.open().erase(ERASURE)
    const seen = await expectErased(world)
    expect(runsIn(seen)).toEqual(['p1', 'p2'])
    expect(emailsIn(seen, 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com'])
  })

  test('loses its rows also where its journal does not say yet that it was committed', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    let isCommitted = false
    const dead = killedStore(world.store, (request) => {
      isCommitted ||= /^put .*WF_PEOPLE__V1.*_delta_log/.test(request)
      return !(isCommitted && /^put .*journal/.test(request))
    })
    const publication = world.open(dead).publish(deliveryOf(SECOND))
    await expect(publication).rejects.toThrow('the process was killed')
    await world.open().erase(ERASURE)
    expect(runsIn(await expectErased(world))).toEqual(['p1', 'p2'])
    await publishedIn(world, SECOND)
    expect(runsIn(await expectErased(world))).toEqual(['p1', 'p2'])
  })

  test('and was taken back before anybody saw it, leaves no table in the share where rows are erased', async () => {
    const world = await publishedIn(await provisioned(QUIET), { runId: 'r1', day: 1 })
    const dead = killedStore(world.store, (request) => !/lease/.test(request))
    await expect(world.open(dead).publish(deliveryOf(FIRST))).rejects.toThrow('the process was killed')
    const retraction = world.open(killedStore(world.store, (request) => !/lease/.test(request)))
    await expect(retraction.retract({ workflowId: 'people', runId: 'p1' })).rejects.toThrow('the process was killed')
    const erasure = world.open(killedStore(world.store, (request) => !/^put sharing\/shares/.test(request)))
    await expect(erasure.erase(ERASURE)).rejects.toThrow('the process was killed')
    await publishedIn(world, { runId: 'r2', day: 2 })
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(Object.keys(seen)).not.toContain('WF_PEOPLE__V1')
  })

  test('of another workflow is published at the same moment', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const [erased] = await Promise.all([
      world.open().erase(ERASURE),
      world.open().publish(deliveryOf({ runId: 'r1', day: 1 })),
    ])
    expect(erased.proof.isProven).toBe(true)
    expect(runsIn(await expectErased(world))).toEqual(['p1', 'r1'])
  })

  test('of another workflow is published', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    const dead = killedStore(world.store, (request) => !/lease/.test(request))
    await world
      .open(dead)
      .publish(deliveryOf({ runId: 'r1', day: 1 }))
      .catch(() => {})
    await world.open().erase(ERASURE)
    await publishedIn(world, { runId: 'r1', day: 1 })
    expect(runsIn(await expectErased(world))).toContain('r1')
  })
})

test('who published while an eraser stood still shows nothing of which it deletes the files', async () => {
  const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
  const [ready, awake, swapped] = [gate(), gate(), gate()]
  const isSwap = (request: string): boolean => request.startsWith('put sharing/shares/')
  const publisher = watchedStore(world.store, async (request, run) => {
    if (!isSwap(request)) return run()
    ready.open()
    await awake.opened
    const answer = await run()
    swapped.open()
    return answer
  })
  let publication: Promise<unknown> | undefined
  let seen: Seen = {}
  const eraser = watchedStore(world.store, async (request, run) => {
    // Its lease is not renewed while it stands still.
    if (publication !== undefined && request.includes('lease')) await ready.opened
    const answer = await run()
    if (isSwap(request) && publication === undefined) {
      publication = world.open(publisher).publish(deliveryOf({ runId: 'r1', day: 2 }))
      await ready.opened
    }
    if (/^delete tables\/.*\/WORKFLOWS\//.test(request)) {
      awake.open()
      await swapped.opened
      seen = await world.see()
    }
    return answer
  })
  const { proof } = await world.open(eraser).erase(ERASURE)
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toContain('p1')
  expect(proof.traces).toEqual([])
  await publication
  expect(runsIn(await expectErased(world))).toEqual(['p1', 'r1'])
})

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

describe('the proof fails', () => {
  const text = new TextEncoder()

  test.each([
    ['beside the staged files', 'connectors/acme/reports/left.txt', 'other'],
    ['in the log of a table', 'tables/acme/kadoa/WF_PEOPLE__V1/0/_delta_log/left.json', 'log'],
    ['in a hidden file of a table', 'tables/acme/kadoa/WORKFLOWS/0/_left', 'other'],
  ])('where one object is left %s', async (_, key, where) => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    await world.store.put(key, text.encode(`{"email":"${ANN}"}`), { mode: 'overwrite' })
    const { proof } = await world.open().erase(ERASURE)
    expect(proof).toMatchObject({ isProven: false, traces: [{ key, where, needle: 0 }] })
  })

  test('where a Parquet file is left that no table knows', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    const files = world.store.list({ prefix: 'tables/acme/kadoa/WF_PEOPLE__V1/' })
    let key = ''
    for await (const file of files)
      if (file.key.endsWith('.parquet') && !file.key.includes('_delta_log')) key = file.key
    const { body } = await world.store.get(key)
    await world.store.put('tables/acme/kadoa/WF_PEOPLE__V1/0/_left.parquet', body, { mode: 'overwrite' })
    const { proof } = await world.open().erase(ERASURE)
    expect(proof.isProven).toBe(false)
    expect(proof.traces.map(({ where }) => where)).toContain('data')
  })
})

test.each([
  [{}, /expected keys or rowKeys/],
  [{ keys: [{}] }, /would mean all rows/],
  [{ keys: [{ email: '' }] }, /empty text/],
  [{ keys: [{ isBlocked: true }] }, /give proof/],
])('an erasure of %j is refused', async (erasure, message) => {
  const world = await provisioned(QUIET)
  await expect(world.open().erase(erasure as never)).rejects.toThrow(message)
})

/** An erasure makes so many requests that only some of them are the last, here. */
const STEP = 12

test('wherever the process is killed, another call erases the rest', async () => {
  const before = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
  const whole = await before.copy()
  const store = killedAfter(whole.store, Number.POSITIVE_INFINITY)
  await whole.open(store).erase(ERASURE)
  const changes = store.requests.flatMap((request, index) => (/^(put|copy|delete) /.test(request) ? [index + 1] : []))
  expect(changes.length).toBeGreaterThan(30)
  for (const request of changes.filter((_, index) => index % STEP === 0)) {
    const world = await before.copy()
    await world
      .open(killedAfter(world.store, request - 1))
      .erase(ERASURE)
      .catch(() => {})
    expectWholeGeneration(await world.see())
    const { proof } = await world.open().erase(ERASURE)
    expect(proof.traces, `after a kill at request ${request}, ${store.requests[request - 1]}`).toEqual([])
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(emailsIn(seen, 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com'])
  }
})

test.each([undefined, 'people'])('a journal that cannot be read is no proof (of workflow %s)', async (workflowId) => {
  const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
  const key = 'connectors/acme/journal/PEOPLE/p1.json'
  await world.store.put(key, new TextEncoder().encode('{'), { mode: 'overwrite' })
  const erasure = { keys: ERASURE.keys, ...(workflowId !== undefined && { workflowId }) }
  const { tables, proof } = await world.open().erase(erasure)
  expect(tables).toEqual([{ name: 'WF_PEOPLE__V1', rows: 2 }])
  expect(proof).toMatchObject({ isProven: false, traces: [{ key, where: 'unreadable' }] })
  expect(world.warnings).toEqual([expect.stringMatching(/p1\.json.*delete it, and erase again/)])
  await world.store.delete([key])
  expect((await world.open().erase(erasure)).proof).toMatchObject({ isProven: true, traces: [] })
  await expectErased(world)
})

describe('a key is taken as its column has it', () => {
  const DATED = [
    { name: 'born', dataType: 'DATE', isKey: true },
    { name: 'isBlocked', dataType: 'BOOLEAN' },
  ]
  const dated = (runId: string, day: number): Given => {
    const rows = [
      { born: '1990-01-02', isBlocked: true },
      { born: '1991-01-02', isBlocked: false },
    ]
    return { workflowId: 'people', runId, day, fields: DATED, rows }
  }

  test('where no column can hold it, no row is erased, and runs are published as before', async () => {
    const world = await publishedIn(await provisioned(QUIET), dated('d1', 1))
    const erasure = { keys: [{ born: 'ann@example.com' }, { born: '1990-13-01' }] }
    expect(await world.open().erase(erasure)).toMatchObject({ tables: [{ rows: 0 }], proof: { isProven: true } })
    await world.open().publish(deliveryOf(dated('d2', 2)))
    expect(runsIn(await world.see())).toEqual(['d1', 'd2'])
  })

  test('also where it was given as text', async () => {
    const world = await publishedIn(await provisioned(QUIET), dated('d1', 1))
    const { tables } = await world.open().erase({ keys: [{ isBlocked: 'true' }], proof: ['1990-01-02'] })
    expect(tables).toMatchObject([{ rows: 1 }])
  })

  test('in another Unicode form it is the same', async () => {
    const [composed, decomposed] = ['zo\u00eb@example.com', 'zoe\u0308@example.com']
    for (const [stored, given] of [[composed, decomposed] as const, [decomposed, composed] as const]) {
      const world = await publishedIn(await provisioned(QUIET), peopleOf('p1', 1, 'bob@example.com', stored))
      const { tables, proof } = await world.open().erase({ workflowId: 'people', keys: [{ email: given }] })
      expect({ tables, isProven: proof.isProven }).toMatchObject({ tables: [{ rows: 1 }], isProven: true })
      expect(await findTraces(world.store, [composed, decomposed])).toEqual([])
    }
  })

  test.each([null, ['ann@example.com'], { a: 1 }, Number.NaN])('%j is none', async (value) => {
    const world = await provisioned(QUIET)
    // As a caller that is not checked by a compiler gives it.
    const keys = JSON.parse('[{}]').map(() => ({ email: value }))
    await expect(world.open().erase({ keys })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/key email: expected a text, a number or a boolean/),
    })
  })
})

test('where a run waits whose journal cannot be read, nothing is erased, and others are published', async () => {
  const world = await publishedIn(await provisioned(QUIET), FIRST)
  const bad = new TextEncoder().encode('{')
  await world.store.put('connectors/acme/journal/PEOPLE/p1.json', bad, { mode: 'overwrite' })
  await world.store.put('connectors/acme/pending/PEOPLE/p1', bad, { mode: 'overwrite' })
  await expect(world.open().erase({ keys: ERASURE.keys })).rejects.toMatchObject({
    code: 'invalid-data',
    message: expect.stringMatching(/^nothing was erased: run p1 waits to be shown.*put its journal back/),
  })
  const other = { workflowId: 'shop', runId: 's1', day: 1 }
  expect(await world.open().publish(deliveryOf(other))).toMatchObject({ outcome: 'published' })
})

test('of a workflow that the connector was never given, nothing counts as erased', async () => {
  const world = await publishedIn(await provisioned(QUIET), FIRST)
  const before = await world.see()
  await expect(world.open().erase({ ...ERASURE, workflowId: 'poeple' })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/^nothing was erased: .* workflow poeple; look at its id/),
  })
  expect(await world.see()).toEqual(before)
})
