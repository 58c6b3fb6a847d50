import { describe, expect, test } from 'vitest'
import { loadShare, publish } from '../../src/manifest/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { findTraces, openTable } from '../../src/table/index.ts'
import { ANN, ERASURE, emailsIn, expectErased, FIRST, peopleOf, publishedIn, SECOND, worldWith } from './erase-world.ts'
import { configOf } from './killed-connector.ts'
import { killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, type Given, provisioned } from './world.ts'

describe('rows that are erased', () => {
  test('are in no table any more, nor in any object, and everybody else is there', async () => {
    const world = await worldWith(FIRST, SECOND)
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
    const world = await worldWith(FIRST, SECOND)
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
    const world = await worldWith(FIRST)
    const row = (await world.see()).WF_PEOPLE__V1?.find(({ email }) => email === ANN)
    const key = String(row?.KADOA_ROW_KEY)
    await world.open().erase(ERASURE)
    expect(await findTraces(world.store, key)).toEqual([])
  })

  test('are found by their row key', async () => {
    const world = await worldWith(FIRST, SECOND)
    const row = (await world.see()).WF_PEOPLE__V1?.find(({ email }) => email === ANN)
    const { tables, proof } = await world.open().erase({ rowKeys: [String(row?.KADOA_ROW_KEY)] })
    expect(tables).toEqual([{ name: 'WF_PEOPLE__V1', rows: 2 }])
    expect(proof.isProven).toBe(true)
    expect(emailsIn(await world.see(), 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com'])
  })

  test('leave tables of workflows that are not shared any more, too', async () => {
    const world = await worldWith(FIRST, { runId: 'r1', day: 1 })
    await world.open().update(configOf({ activityLog: false, workflows: ['shop'] }))
    expect((await world.open().erase(ERASURE)).proof.traces).toEqual([])
    expect(await findTraces(world.store, ANN)).toEqual([])
    await world.open().update(configOf({ activityLog: false }))
    const seen = await expectErased(world)
    expect(emailsIn(seen, 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com', 'cem@example.com'])
  })

  test('leave the table of a workflow whose update was killed before its tables left the share', async () => {
    const world = await worldWith(FIRST, { runId: 'r1', day: 1 })
    const dead = killedStore(world.store, (request) => !/^put sharing\/shares/.test(request))
    const update = world.open(dead).update(configOf({ activityLog: false, workflows: ['shop'] }))
    await expect(update).rejects.toThrow('the process was killed')
    expect((await world.open().erase(ERASURE)).proof.traces).toEqual([])
    expect(Object.keys(await expectErased(world))).not.toContain('WF_PEOPLE__V1')
  })

  test('are told of as gone where the process was killed, and the workflow comes back to the share', async () => {
    const world = await worldWith(FIRST, { runId: 'r1', day: 1 })
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

  test('take events with them that hold a text in a mix of Unicode forms', async () => {
    const world = await provisioned()
    const [composed, mixed] = ['L\u1ec7 M\u00fcller', 'L\u00ea\u0323 Mu\u0308ller']
    const events = [{ title: `Invited ${mixed}`, dateTime: '2026-01-01T00:00:00Z' }]
    await world.open().publish(deliveryOf({ ...FIRST, events }))
    expect(await world.open().erase({ ...ERASURE, alsoInActivityLog: [composed] })).toMatchObject({ events: 1 })
    expect((await world.see()).ACTIVITY_LOG).toEqual([])
  })
})

describe('what comes after an erasure', () => {
  test('is published as before: rows of the same run id never, new runs at once', async () => {
    const world = await worldWith(FIRST)
    await world.open().erase(ERASURE)
    await publishedIn(world, FIRST, peopleOf('p3', 3, 'dan@example.com'))
    const seen = await expectErased(world)
    expect(runsIn(seen)).toEqual(['p1', 'p3'])
  })

  test('shows an older run without the rows when the newest is taken back', async () => {
    const world = await worldWith(FIRST, SECOND)
    await world.open().erase(ERASURE)
    await world.open().retract({ workflowId: 'people', runId: 'p2' })
    expect(emailsIn(await expectErased(world), 'WF_PEOPLE__LATEST')).toEqual(['bob@example.com', 'cem@example.com'])
  })

  test('passes all checks, and a table that somebody takes out of the share is put back', async () => {
    const world = await worldWith(FIRST, SECOND)
    await world.open().erase(ERASURE)
    expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
    const share = await loadShare(world.store, 'kadoa_acme')
    const remove = [{ schema: 'kadoa', name: 'WF_PEOPLE__V1' }]
    await publish(world.store, { share, tables: [], remove })
    await world.open().reconcile()
    expect(emailsIn(await expectErased(world), 'WF_PEOPLE__V1')).toHaveLength(3)
  })
})

describe('the proof fails', () => {
  const text = new TextEncoder()

  test.each([
    ['beside the staged files', 'connectors/acme/reports/left.txt', 'other'],
    ['in the log of a table', 'tables/acme/kadoa/WF_PEOPLE__V1/0/_delta_log/left.json', 'log'],
    ['in a hidden file of a table', 'tables/acme/kadoa/WORKFLOWS/0/_left', 'other'],
  ])('where one object is left %s', async (_, key, where) => {
    const world = await worldWith(FIRST)
    await world.store.put(key, text.encode(`{"email":"${ANN}"}`), { mode: 'overwrite' })
    const { proof } = await world.open().erase(ERASURE)
    expect(proof).toMatchObject({ isProven: false, traces: [{ key, where, needle: 0 }] })
  })

  test('where a Parquet file is left that no table knows', async () => {
    const world = await worldWith(FIRST)
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
  [{ rowKeys: ['3f5a'] }, /64 digits/],
  [{ keys: [{ isBlocked: true }] }, /give proof/],
])('an erasure of %j is refused', async (erasure, message) => {
  const world = await worldWith()
  await expect(world.open().erase(erasure as never)).rejects.toThrow(message)
})

test.each([undefined, 'people'])('a journal that cannot be read is no proof (of workflow %s)', async (workflowId) => {
  const world = await worldWith(FIRST, SECOND)
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
    const world = await worldWith(dated('d1', 1))
    const erasure = { keys: [{ born: 'ann@example.com' }, { born: '1990-13-01' }] }
    expect(await world.open().erase(erasure)).toMatchObject({ tables: [{ rows: 0 }], proof: { isProven: true } })
    await world.open().publish(deliveryOf(dated('d2', 2)))
    expect(runsIn(await world.see())).toEqual(['d1', 'd2'])
  })

  test.each(['true', 'TRUE', 1])('also where a boolean was given as %j', async (isBlocked) => {
    const world = await worldWith(dated('d1', 1))
    const { tables } = await world.open().erase({ keys: [{ isBlocked }], proof: ['1990-01-02'] })
    expect(tables).toMatchObject([{ rows: 1 }])
  })

  test('in another Unicode form it is the same', async () => {
    const [composed, decomposed] = ['zo\u00eb@example.com', 'zoe\u0308@example.com']
    for (const [stored, given] of [[composed, decomposed] as const, [decomposed, composed] as const]) {
      const world = await worldWith(peopleOf('p1', 1, 'bob@example.com', stored))
      const { tables, proof } = await world.open().erase({ workflowId: 'people', keys: [{ email: given }] })
      expect({ tables, isProven: proof.isProven }).toMatchObject({ tables: [{ rows: 1 }], isProven: true })
      expect(await findTraces(world.store, [composed, decomposed])).toEqual([])
    }
  })

  test('also in a mix of Unicode forms, as older Vietnamese text is written', async () => {
    const [composed, mixed] = ['L\u1ec7 M\u00fcller', 'L\u00ea\u0323 Mu\u0308ller']
    const world = await worldWith(peopleOf('p1', 1, 'Bob', mixed))
    const { tables, proof } = await world.open().erase({ workflowId: 'people', keys: [{ email: composed }] })
    expect({ tables, isProven: proof.isProven }).toMatchObject({ tables: [{ rows: 1 }], isProven: true })
    expect(await findTraces(world.store, mixed)).toEqual([])
  })

  test.each([null, ['ann@example.com'], { a: 1 }, Number.NaN])('%j is none', async (value) => {
    const world = await worldWith()
    // As a caller that is not checked by a compiler gives it.
    const keys = JSON.parse('[{}]').map(() => ({ email: value }))
    await expect(world.open().erase({ keys })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/key email: expected a text, a number or a boolean/),
    })
  })
})

test('of a workflow that the connector was never given, nothing counts as erased', async () => {
  const world = await worldWith(FIRST)
  const before = await world.see()
  await expect(world.open().erase({ ...ERASURE, workflowId: 'poeple' })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/^nothing was erased: .* workflow poeple; look at its id/),
  })
  expect(await world.see()).toEqual(before)
})
