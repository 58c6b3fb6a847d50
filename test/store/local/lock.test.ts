import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { simulatedRuntime, systemRuntime } from '../../../src/runtime.ts'
import { type Processes, withLock } from '../../../src/store/local/lock.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const processes: Processes = { id: 7, isAlive: (id) => id === 7 }

async function freshTarget(): Promise<{ directory: string; target: string; lock: string }> {
  const directory = temporaryDirectory()
  const target = join(directory, 'key')
  const names = await withLock(target, { runtime: systemRuntime, processes }, () => readdir(directory))
  expect(names).toHaveLength(1)
  return { directory, target, lock: join(directory, names[0] ?? '') }
}

test('work on one target runs one at a time, on two targets side by side', async () => {
  const { directory, target } = await freshTarget()
  let running = 0
  const alone = async (): Promise<void> => {
    expect(++running).toBe(1)
    await readdir(directory)
    running--
  }
  await Promise.all(Array.from({ length: 8 }, () => withLock(target, { runtime: systemRuntime, processes }, alone)))
  const both = withLock(target, { runtime: systemRuntime, processes }, () =>
    withLock(`${target}2`, { runtime: systemRuntime, processes }, async () => 'inside'),
  )
  expect(await both).toBe('inside')
  expect(await readdir(directory)).toEqual([])
})

test('the lock is released when the work fails', async () => {
  const { directory, target } = await freshTarget()
  const work = withLock(target, { runtime: systemRuntime, processes }, async () => {
    throw new Error('work failed')
  })
  await expect(work).rejects.toThrow('work failed')
  expect(await readdir(directory)).toEqual([])
})

test('a lock whose process on this host is gone is taken away at once', async () => {
  const { directory, target, lock } = await freshTarget()
  await writeFile(lock, `${hostname()} 8 ticket`)
  const runtime = simulatedRuntime()
  const begun = runtime.now()
  await withLock(target, { runtime, processes }, async () => {
    expect(await readFile(lock, 'utf8')).toMatch(new RegExp(`^${hostname()} 7 `))
  })
  expect(runtime.now()).toBe(begun)
  expect(await readdir(directory)).toEqual([])
})

test.each(['another-host 8 ticket', `${hostname()} 7 ticket`, ''])(
  'a lock held by "%s", of which nobody knows whether it lives, is waited for 30 s and then taken away',
  async (holder) => {
    const { target, lock } = await freshTarget()
    await writeFile(lock, holder)
    const runtime = simulatedRuntime()
    const begun = runtime.now()
    expect(await withLock(target, { runtime, processes }, async () => 'done')).toBe('done')
    expect(runtime.now() - begun).toBeGreaterThan(30_000)
    expect(runtime.now() - begun).toBeLessThan(30_300)
  },
)

test('of many who find a lock left behind one takes it away, and none takes that of the next holder with it', async () => {
  const { directory, target, lock } = await freshTarget()
  const runtime = { ...systemRuntime, random: () => 0 }
  let running = 0
  const work = async (): Promise<void> => {
    expect(++running).toBe(1)
    await readdir(directory)
    running--
    // As if its process died here: the lock stays.
    await writeFile(lock, `${hostname()} 8 ${runtime.uuid()}`)
  }
  const contend = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) await withLock(target, { runtime, processes }, work)
  }
  await Promise.all(Array.from({ length: 8 }, contend))
  expect((await readdir(directory)).map((name) => join(directory, name))).toEqual([lock])
})

test('the wait begins anew with every holder: a busy lock is never taken away', async () => {
  const { target, lock } = await freshTarget()
  let holder = 0
  let naps = 0
  await writeFile(lock, 'another-host 8 ticket-0')
  const runtime = {
    ...simulatedRuntime(),
    async sleep() {
      // Far more naps than the patience for one holder in all, but a new one holds it every 100.
      if (++naps % 100 === 0 && holder < 5) await writeFile(lock, `another-host 8 ticket-${++holder}`)
    },
  }
  await withLock(target, { runtime, processes }, async () => {
    expect(holder).toBe(5)
  })
})

test('the caller’s signal ends the wait', async () => {
  const { target, lock } = await freshTarget()
  await writeFile(lock, 'another-host 8 ticket')
  const signal = AbortSignal.abort()
  const work = withLock(target, { runtime: simulatedRuntime(), processes, signal }, async () => 'done')
  await expect(work).rejects.toMatchObject({ code: 'aborted' })
  expect(await readFile(lock, 'utf8')).toBe('another-host 8 ticket')
})

test('a lock that was taken over meanwhile is not released by the one who lost it', async () => {
  const { target, lock } = await freshTarget()
  await withLock(target, { runtime: systemRuntime, processes }, () => writeFile(lock, 'another-host 8 ticket'))
  expect(await readFile(lock, 'utf8')).toBe('another-host 8 ticket')
})

test('a full disk, which has no room for the holder’s name, can still be locked: deleting makes room', async () => {
  const { directory, target, lock } = await freshTarget()
  const handle = await open(join(directory, 'any'), 'w')
  await handle.close()
  const write = vi.spyOn(Object.getPrototypeOf(handle), 'writeFile')
  write.mockRejectedValueOnce(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
  const inside = await withLock(target, { runtime: systemRuntime, processes }, () => readFile(lock, 'utf8'))
  write.mockRestore()
  expect(inside).toBe('')
  expect(await readdir(directory)).toEqual(['any'])
})
