import { describe, expect, test } from 'vitest'
import { ensureSigningKeys, loadServerSettings, parseEndpoint, recordPublicUrl } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'

const runtime = simulatedRuntime()

describe('the signing keys', () => {
  test('are made once, however many servers start at the same time', async () => {
    const store = memoryStore()
    const servers = await Promise.all(Array.from({ length: 20 }, () => ensureSigningKeys(store, { runtime })))
    expect(new Set(servers.map((keys) => keys.map((key) => key.secret).join())).size).toBe(1)
    expect(servers[0]).toHaveLength(1)
    const keys: string[] = []
    for await (const { key } of store.list({ prefix: 'sharing/keys/' })) keys.push(key)
    expect(keys).toHaveLength(1)
  })

  test('live beside the public URL', async () => {
    const store = memoryStore()
    await recordPublicUrl(store, 'https://share.example.com/delta-sharing', { runtime })
    const [key] = await ensureSigningKeys(store, { runtime })
    expect(await loadServerSettings(store)).toMatchObject({
      publicUrl: 'https://share.example.com/delta-sharing',
      signingKeys: [key?.id],
    })
  })

  test('that are named but gone are told of', async () => {
    const store = memoryStore()
    const [key] = await ensureSigningKeys(store, { runtime })
    await store.delete([`sharing/keys/${key?.id}.json`])
    await expect(ensureSigningKeys(store, { runtime })).rejects.toMatchObject({ code: 'invalid-data' })
  })
})

describe('an endpoint', () => {
  test('is kept without a slash at its end', () => {
    expect(parseEndpoint('https://share.example.com/delta-sharing//')).toBe('https://share.example.com/delta-sharing')
  })

  test.each(['', 'share.example.com', 'ftp://x', 'https://a:b@x', 'https://x/?token=1', 'https://x/#a'])(
    'may not be %j',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    },
  )
})
