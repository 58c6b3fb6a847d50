import { describe, expect, test } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { findTraces } from '../../src/table/index.ts'
import {
  ANN,
  ERASURE,
  emailsIn,
  expectErased,
  FIRST,
  peopleOf,
  publishedIn,
  QUIET,
  SECOND,
  worldWith,
} from './erase-world.ts'
import { killedAfter, killedStore, sleepingStore, watchedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn, type Seen } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

describe('events that were taken before an erasure', () => {
  const told = {
    id: `${ANN} signed in`,
    title: 'LOGIN',
    dateTime: 0,
    resource: { type: 'WORKFLOW', workflowId: 'people' },
  }
  const bob = peopleOf('p2', 2, 'bob@example.com', 'cem@example.com')
  const before = { ...bob, runId: 'p1', day: 1 }
  const withEvents = { ...bob, events: [told] }

  test('are not kept after it, and whoever delivers them is told so', async () => {
    const world = await publishedIn(await provisioned({ runtime: systemRuntime }), before)
    const { store, asleep, wake } = sleepingStore(world.store, /put .*\/events\//)
    const publication = world.open(store).publish(deliveryOf(withEvents))
    await asleep
    await world.open().erase({ ...ERASURE, alsoInActivityLog: [ANN] })
    wake()
    await expect(publication).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('events') })
    await expectErased(world)
    await publishedIn(world, { ...bob, events: [{ ...told, id: 'bob signed in' }] })
    expect((await expectErased(world)).ACTIVITY_LOG).toHaveLength(1)
  })

  test('are never shown where they are kept after it, by somebody who died before he knew', async () => {
    const world = await publishedIn(await provisioned({ runtime: systemRuntime }), before)
    let isKept = false
    const dying = killedStore(world.store, (request) => {
      const wasKept = isKept
      isKept ||= /^put .*\/events\//.test(request)
      return !wasKept
    })
    const { store, asleep, wake } = sleepingStore(dying, /put .*\/events\//)
    const publication = world.open(store).publish(deliveryOf(withEvents))
    await asleep
    await world.open().erase({ ...ERASURE, alsoInActivityLog: [ANN] })
    wake()
    await expect(publication).rejects.toThrow('the process was killed')
    await publishedIn(world, { ...bob, runId: 'p3', day: 3 })
    expect((await expectErased(world)).ACTIVITY_LOG).toEqual([])
  })

  test('wait on where they were kept before, without what went', async () => {
    const world = await publishedIn(await provisioned(), before)
    const dead = () => killedStore(world.store, (request) => !/lease/.test(request))
    const other = { ...told, id: 'bob signed in' }
    await expect(world.open(dead()).publish(deliveryOf({ ...withEvents, events: [told, other] }))).rejects.toThrow(
      'killed',
    )
    const news = { workflowId: 'news', runId: 'n1', day: 1, events: [{ ...other, id: 'cem signed in' }] }
    await expect(world.open(dead()).publish(deliveryOf(news))).rejects.toThrow('killed')
    await world.open().erase({ ...ERASURE, alsoInActivityLog: [ANN] })
    await publishedIn(world, { runId: 'r1', day: 3 })
    const ids = (await expectErased(world)).ACTIVITY_LOG?.map(({ EVENT_ID }) => EVENT_ID)
    expect(ids?.toSorted()).toEqual(['bob signed in', 'cem signed in'])
  })

  test('wait while it has not gone through them, and are not lost', async () => {
    const world = await provisioned()
    const dead = () => world.open(killedStore(world.store, (request) => !/lease/.test(request)))
    const events = [{ ...told, id: 'bob signed in' }]
    await expect(dead().publish(deliveryOf({ ...before, events }))).rejects.toThrow('killed')
    const erasure = { ...ERASURE, alsoInActivityLog: [ANN] }
    await expect(dead().erase(erasure)).rejects.toThrow('killed')
    await publishedIn(world, { runId: 'r1', day: 1 })
    expect((await world.see()).ACTIVITY_LOG).toEqual([])
    await world.open().erase(erasure)
    await publishedIn(world, { runId: 'r2', day: 2 })
    expect((await world.see()).ACTIVITY_LOG).toMatchObject([{ EVENT_ID: 'bob signed in' }])
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
    const world = await worldWith(FIRST)
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

  test('loses its rows also where it has another spelling of a key than all that came before the erasure', async () => {
    const [composed, mixed] = ['L\u1ec7 M\u00fcller', 'L\u00ea\u0323 Mu\u0308ller']
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), peopleOf('p1', 1, 'Bob'))
    const { store, asleep, wake } = sleepingStore(world.store, /^put .*\/connector\.json/)
    const erasure = world.open(store).erase({ workflowId: 'people', keys: [{ email: composed }] })
    await asleep
    await publishedIn(world, peopleOf('p2', 2, 'Bob', mixed))
    wake()
    expect(await erasure).toMatchObject({ tables: [{ rows: 1 }], proof: { isProven: true } })
    expect(await findTraces(world.store, mixed)).toEqual([])
  })

  test('stops an erasure before it begins where its journal is gone, and not after it is delivered again', async () => {
    const world = await worldWith(FIRST)
    const dead = killedStore(world.store, (request) => !/lease/.test(request))
    await expect(world.open(dead).publish(deliveryOf(SECOND))).rejects.toThrow('killed')
    await world.store.delete(['connectors/acme/journal/PEOPLE/p2.json'])
    await expect(world.open().erase(ERASURE)).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining('nothing was erased: WF_PEOPLE__V1 holds rows of run p2'),
    })
    await publishedIn(world, SECOND)
    await world.open().erase(ERASURE)
    expect(runsIn(await expectErased(world))).toEqual(['p1', 'p2'])
  })

  test('loses its rows also where its journal does not say yet that it was committed', async () => {
    const world = await worldWith(FIRST)
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
    const world = await worldWith({ runId: 'r1', day: 1 })
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

  test('is refused where it was staged before, for a table that the erasure did not find yet', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const other = (...emails: readonly string[]) =>
      deliveryOf({
        ...peopleOf('p2', 2),
        fields: [{ name: 'email', dataType: 'STRING', isKey: true }],
        rows: emails.map((email) => ({ email })),
      })
    const committing = sleepingStore(world.store, /put .*WF_PEOPLE__V2.*_delta_log\/0+1.json/)
    const opening = sleepingStore(committing.store, /list .*WF_PEOPLE__V2/)
    const publication = world.open(opening.store).publish(other('bob@example.com', ANN))
    const refused = expect(publication).rejects.toSatisfy((error) => isDeltaError(error, 'conflict'))
    await opening.asleep
    const deleting = sleepingStore(world.store, /delete connectors\/acme\/staging/)
    const forgetting = sleepingStore(deleting.store, /list connectors\/acme\/journal/)
    const erasure = world.open(forgetting.store).erase(ERASURE)
    await forgetting.asleep
    opening.wake()
    await committing.asleep
    forgetting.wake()
    await deleting.asleep
    committing.wake()
    await refused
    deleting.wake()
    await erasure
    await world.open().publish(other('bob@example.com', 'cem@example.com'))
    expect(runsIn(await expectErased(world))).toEqual(['p1', 'p2'])
  })

  test('is refused where it was staged before, for a version that the erasure did not know yet', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const other = { ...SECOND, fields: [{ name: 'email', dataType: 'STRING', isKey: true }] }
    const publisher = sleepingStore(world.store, /put connectors\/acme\/workflows/)
    const publication = world.open(publisher.store).publish(deliveryOf(other))
    const refused = expect(publication).rejects.toSatisfy((error) => isDeltaError(error, 'conflict'))
    await publisher.asleep
    const eraser = sleepingStore(world.store, /list connectors\/acme\/journal/)
    const erasure = world.open(eraser.store).erase(ERASURE)
    await eraser.asleep
    publisher.wake()
    await refused
    eraser.wake()
    await erasure
    await publishedIn(world, peopleOf('p3', 3, 'bob@example.com'))
    await publishedIn(world, { ...other, ...peopleOf('p2', 2, 'bob@example.com') })
    expect(runsIn(await expectErased(world))).toEqual(['p1', 'p2', 'p3'])
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
    const world = await worldWith(FIRST)
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

/** An erasure makes so many requests that only some of them are the last, here. */
const STEP = 12

test('wherever the process is killed, another call erases the rest', async () => {
  const before = await worldWith(FIRST, SECOND)
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

test('where a run waits whose journal cannot be read, nothing is erased, and others are published', async () => {
  const world = await worldWith(FIRST)
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
