import { expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/index.ts'
import { s3Store } from '../../../src/store/index.ts'
import { fakeServer } from './fake-server.ts'

const MINUTE = 60_000

async function listed() {
  const server = await fakeServer()
  let now = 1_800_000_000_000
  const store = s3Store({
    bucket: 'bucket',
    prefix: '',
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    runtime: { ...simulatedRuntime(), now: () => now, sleep: async () => undefined },
  })
  const keys = async (): Promise<string[]> => {
    const found: string[] = []
    for await (const { key } of store.list()) found.push(key)
    return found
  }
  server.objects.set('k0', Buffer.from('x'))
  return { server, store, keys, pass: (milliseconds: number) => (now += milliseconds) }
}

test('a listing that did not change is one request each time, and the same objects', async () => {
  const { server, keys } = await listed()
  for (let i = 0; i < 3; i++) expect(await keys()).toEqual(['k0'])
  expect(server.requests).toHaveLength(3)
})

test('a listing that changed is read anew', async () => {
  const { server, keys } = await listed()
  await keys()
  server.objects.set('k1', Buffer.from('x'))
  expect(await keys()).toEqual(['k0', 'k1'])
  server.objects.delete('k0')
  expect(await keys()).toEqual(['k1'])
})

test('a listing that fails is asked for again as any other', async () => {
  const { server, keys } = await listed()
  await keys()
  for (const fault of [{ refuse: 403 }, 'reset', 'bare-200', { cutAfter: 30 }] as const) {
    server.fail(fault)
    expect(await keys()).toEqual(['k0'])
  }
})

test('no request is sent again when its signature may be too old', async () => {
  const { server, keys, pass } = await listed()
  await keys()
  pass(5 * MINUTE)
  server.objects.set('k1', Buffer.from('x'))
  server.requests.length = 0
  expect(await keys()).toEqual(['k0', 'k1'])
  expect(server.requests).toHaveLength(1)
})
