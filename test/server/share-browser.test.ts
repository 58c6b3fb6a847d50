import { expect, test } from 'vitest'
import { ORIGIN, openWorld } from './world.ts'

const browse = {
  page: '<!doctype html><title>Shares</title>',
  files: { 'main-1.js': { type: 'text/javascript; charset=utf-8', text: 'start()' } },
}

async function opened() {
  const { handler, records } = await openWorld({ browse })
  return {
    records,
    ask: (path: string, headers: Record<string, string> = {}) => handler(new Request(ORIGIN + path, { headers })),
  }
}

test('without a share browser there is nothing at /browse', async () => {
  const { handler } = await openWorld()
  expect((await handler(new Request(`${ORIGIN}/browse`))).status).toBe(404)
})

test('the page needs no token, may reach this server only, and is asked for again each time', async () => {
  const { ask, records } = await opened()
  const page = await ask('/browse')
  expect(await page.text()).toBe(browse.page)
  const policy = page.headers.get('content-security-policy') ?? ''
  for (const rule of ["default-src 'none'", "connect-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"]) {
    expect(policy.split('; ')).toContain(rule)
  }
  expect(policy).not.toContain("'unsafe-")
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const again = await ask('/browse', { 'if-none-match': page.headers.get('etag') ?? '' })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect(records[0]).toMatchObject({ action: 'browse', status: 200 })
})

test('the page is at one address, from which its relative URLs count', async () => {
  const answer = await (await opened()).ask('/browse/')
  expect([answer.status, answer.headers.get('location')]).toEqual([308, '../browse'])
})

test('its files may be kept for ever, and a name that is none is not there', async () => {
  const { ask } = await opened()
  const file = await ask('/browse/main-1.js')
  expect([file.headers.get('content-type'), await file.text()]).toEqual(['text/javascript; charset=utf-8', 'start()'])
  expect(file.headers.get('cache-control')).toContain('immutable')
  expect((await ask('/browse/main-2.js')).status).toBe(404)
  expect((await ask('/browse/constructor')).status).toBe(404)
})

test.each([
  ['https://bucket.example.com', 'https://bucket.example.com'],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
  ['https://bucket.example.com/path', "'none'"],
  ['https://a.example; script-src *', "'none'"],
  ['https://*', "'none'"],
  ['*', "'none'"],
  ['null', "'none'"],
  ['', "'none'"],
])('a worker that is named for %j may reach %s', async (origin, source) => {
  const file = await (await opened()).ask(`/browse/main-1.js?${new URLSearchParams({ origin })}`)
  expect(file.headers.get('content-security-policy')).toBe(`default-src 'none'; connect-src ${source}`)
})
