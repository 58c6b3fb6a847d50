import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import { openStore } from '../../src/store/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const one = Uint8Array.of(1)

test('memory:// opens the store of that name, under the prefix if there is one', async () => {
  await (await openStore('memory://opened')).put('a/b', one, { mode: 'create' })
  const part = await openStore('memory://opened/a')
  expect((await part.get('b')).body).toEqual(one)
  expect(part.location).toBe('memory://opened/a')
})

test('a path and a file URL open the same directory', async () => {
  const directory = join(temporaryDirectory(), 'a b')
  await (await openStore(directory)).put('key', one, { mode: 'create' })
  const store = await openStore(`file://${directory.replaceAll(' ', '%20')}`)
  expect((await store.get('key')).body).toEqual(one)
  expect(store.location).toBe(`file://${directory.replaceAll(' ', '%20')}`)
  expect(new Uint8Array(await readFile(join(directory, 'key')))).toEqual(one)
})

test('s3:// opens a bucket with the environment given', async () => {
  const env = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'SK' }
  const store = await openStore('s3://bucket/tables/', { env, runtime: simulatedRuntime() })
  expect(store.location).toBe('s3://bucket/tables')
  const signed = await store.presigner?.presignGet('a', { expiresIn: 60_000 })
  expect(signed?.url).toMatch(
    /^http:\/\/127\.0\.0\.1:9\/bucket\/tables\/a\?.*X-Amz-Credential=AK%2F20260101%2Fus-east-1/,
  )
})

test('an endpoint that is no URL is refused by the name of its variable', async () => {
  await expect(openStore('s3://bucket', { env: { AWS_ENDPOINT_URL: 'localhost:9000' } })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('AWS_ENDPOINT_URL'),
  })
})
