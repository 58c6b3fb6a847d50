import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import type { Surroundings } from '../../src/cli/session.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { fakeServer } from '../store/s3/fake-server.ts'
import { runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-serve-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const FIXTURES = join(import.meta.dirname, '../../fixtures/server/tls')

interface Served {
  readonly started: { readonly url: string; readonly metricsPort?: number }
  stop(): Promise<number>
}

const serve = (...options: string[]): Promise<Served> => serveIn({}, ...options)

async function serveIn(surroundings: Partial<Surroundings>, ...options: string[]): Promise<Served> {
  const stdout = new PassThrough()
  const interruption = new AbortController()
  const ended = run(['serve', '--root', './root', '--port', '0', '--json', ...options], {
    stdout,
    stderr: new PassThrough().resume(),
    stdin: Readable.from([]),
    env: {},
    runtime: systemRuntime,
    cwd,
    signal: interruption.signal,
    ...surroundings,
  })
  const [line] = await Promise.race([once(stdout, 'data'), ended.then((code) => [`{"url":"ended with ${code}"}`])])
  return {
    started: JSON.parse(String(line)),
    stop() {
      interruption.abort()
      return ended
    },
  }
}

test('the audit log is a file that only its owner reads, to which each start adds', async () => {
  for (const origin of ['https://one.example.com', 'https://two.example.com']) {
    const { started, stop } = await serve('--audit-log', 'audit.jsonl', '--cors-origin', origin, '--trust-proxy')
    const headers = { origin, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }
    const answer = await fetch(`${started.url}/shares?pageToken=s3cret`, { headers })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, origin])
    await answer.text()
    expect(await stop()).toBe(0)
  }
  const lines = readFileSync(join(cwd, 'audit.jsonl'), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      status: 401,
      result: 'denied',
      address: '203.0.113.7',
      proxy: '127.0.0.1',
    })
    expect(line).not.toContain('s3cret')
  }
  expect(statSync(join(cwd, 'audit.jsonl')).mode & 0o777).toBe(0o600)
})

test('a bucket that is not there is told of at the start, and may still come', async () => {
  const { endpoint, fail } = await fakeServer()
  fail({ refuse: 404, code: 'NoSuchBucket' })
  const stderr = new PassThrough()
  const env = { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  const { started, stop } = await serveIn({ stderr, env }, '--root', 's3://bucket/root')
  const [warning] = await once(stderr, 'data')
  expect(String(warning)).toMatch(
    /^warning: no recipient can be answered yet: .* at s3:\/\/bucket\/root failed: there is no/,
  )
  expect((await fetch(new URL('/readyz', started.url))).status).toBe(200)
  expect(await stop()).toBe(0)
})

test('metrics and TLS are on where they are asked for', async () => {
  const tls = ['--tls-cert', join(FIXTURES, 'cert.pem'), '--tls-key', join(FIXTURES, 'key.pem')]
  const { started, stop } = await serve('--metrics-port', '0', ...tls)
  expect(started.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/delta-sharing$/)
  const metrics = await fetch(`http://127.0.0.1:${started.metricsPort}/metrics`)
  expect(await metrics.text()).toContain('deltaquill_requests_in_flight 0')
  expect(await stop()).toBe(0)
})

test('a certificate that is renewed is taken without a restart', async () => {
  for (const [to, from] of Object.entries({ 'c.pem': 'cert.pem', 'k.pem': 'key.pem' })) {
    copyFileSync(join(FIXTURES, from), join(cwd, to))
  }
  const impatient = { ...systemRuntime, sleep: (_: number, signal?: AbortSignal) => systemRuntime.sleep(10, signal) }
  const stderr = new PassThrough()
  const { stop } = await serveIn({ stderr, runtime: impatient }, '--tls-cert', 'c.pem', '--tls-key', 'k.pem')
  copyFileSync(join(FIXTURES, 'renewed-cert.pem'), join(cwd, 'c.pem'))
  let told = ''
  while (!told.includes('the TLS certificate was renewed')) told += String(await once(stderr, 'data'))
  expect(await stop()).toBe(0)
})

describe('what cannot work is refused before anybody is served:', () => {
  test.each([
    [['--tls-cert', 'cert.pem'], 'needs both --tls-cert and --tls-key'],
    [['--tls-cert', 'missing.pem', '--tls-key', 'missing.pem'], 'missing.pem cannot be read'],
    [['--cors-origin', '*'], 'is no origin'],
    [['--trust-proxy', '0'], 'number of proxies'],
    [['--trust-proxy', 'proxy.local'], 'IP address or a CIDR block'],
    [['--rate', '0'], 'a number above 0'],
    [['--max-concurrent', '0'], 'must be above 0'],
    [['--audit-log', 'no/such/folder/audit.jsonl'], 'cannot be opened'],
    [['--url-ttl', '1m'], 'at least 20 minutes'],
  ])('%j', async (options, message) => {
    const argv = ['serve', '--root', './root', '--port', '0', ...options]
    expect(await runCommand(argv, { cwd })).toMatchObject({ exit: 2, stderr: expect.stringContaining(message) })
  })
})
