import { expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { s3Store } from '../../../src/store/index.ts'
import { type FakeServer, fakeServer } from './fake-server.ts'

async function open(...keys: string[]): Promise<{ server: FakeServer; keys: () => Promise<string[]> }> {
  const server = await fakeServer()
  for (const key of keys) server.objects.set(key, Buffer.from('x'))
  const store = s3Store({
    bucket: 'bucket',
    prefix: 'root',
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    runtime: simulatedRuntime(),
    retry: { attempts: 4, firstDelay: 1, longestDelay: 1 },
  })
  const list = async (): Promise<string[]> => {
    const listed: string[] = []
    for await (const { key } of store.list()) listed.push(key)
    return listed
  }
  return { server, keys: list }
}

test('all pages are read, and a page that fails is asked for again', async () => {
  const { server, keys } = await open('root/a', 'root/b c+d', 'root/e/f', 'root/g', 'root/h')
  server.fail('none', 'reset', { refuse: 503 }, { cutAfter: 20 })
  expect(await keys()).toEqual(['a', 'b c+d', 'e/f', 'g', 'h'])
  expect(server.requests).toHaveLength(6)
})

test('the markers that other programs leave for folders are no objects', async () => {
  const { keys } = await open('root/', 'root/a', 'root/folder/', 'root/folder/b', 'root/x//y')
  expect(await keys()).toEqual(['a', 'folder/b'])
})

test('a page that comes twice is an error, never keys that come twice', async () => {
  const { server, keys } = await open('root/a', 'root/b', 'root/c')
  server.fail('none', 'first-page-again')
  await expect(keys()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('out of order') })
})

test('a store that lists in another order is refused by name', async () => {
  const { keys } = await open('root/b', 'root/a')
  await expect(keys()).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'ordered listing' } })
})
