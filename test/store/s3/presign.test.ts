import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { type S3Credentials, s3Store } from '../../../src/store/index.ts'
import { isKey } from '../../../src/store/key.ts'

interface Target {
  readonly bucket: string
  readonly region: string
  readonly endpoint?: string
}

const TARGETS: readonly Target[] = [
  { bucket: 'bucket', region: 'us-east-1' },
  { bucket: 'my.dotted.bucket', region: 'eu-central-1' },
  { bucket: 'bucket', region: 'cn-north-1' },
  { bucket: 'bucket', region: 'us-east-1', endpoint: 'http://127.0.0.1:9000' },
  { bucket: 'bucket', region: 'garage', endpoint: 'https://s3.example.com' },
  { bucket: 'bucket', region: 'us-east-1', endpoint: 'http://[::1]:9000/under/a/path/' },
]

/** What the SDK's own presigner makes of it. */
async function signedBySdk(
  { bucket, region, endpoint }: Target,
  request: { key: string; credentials: S3Credentials; now: number; expires: number },
): Promise<string> {
  const client = new S3Client({
    region,
    credentials: request.credentials,
    forcePathStyle: endpoint !== undefined,
    // Otherwise it adds checksum parameters to the query, which a GET has no use for.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== undefined && { endpoint }),
  })
  const command = new GetObjectCommand({ Bucket: bucket, Key: request.key })
  return await getSignedUrl(client, command, { expiresIn: request.expires, signingDate: new Date(request.now) })
}

async function signedByUs(
  target: Target,
  request: { key: string; credentials: S3Credentials; now: number; expires: number },
): Promise<string> {
  const { key, credentials, now, expires } = request
  const store = s3Store({ ...target, credentials, runtime: simulatedRuntime({ start: now }) })
  return (await store.presigner.presignGet(key, { expiresIn: expires * 1000 })).url
}

const KEYS = [
  'plain.parquet',
  'a/b/c.parquet',
  'p=Köln/ü.parquet',
  'p=%20%2F/x',
  "!'()*~-_.",
  'a b+c&d=e?f#g;h:i@j,k$l',
  '[]{}|\\^`"<>',
  '文件/😀',
  '...',
  '//'.replaceAll('/', 'slash'),
]
const login = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }

describe('a URL is byte for byte that of the AWS presigner', () => {
  const now = Date.UTC(2026, 1, 3, 4, 5, 6, 789)

  test.each(TARGETS)('for $bucket in $region at $endpoint', async (target) => {
    for (const key of KEYS) {
      const request = { key, credentials: login, now, expires: 3600 }
      expect(await signedByUs(target, request)).toBe(await signedBySdk(target, request))
    }
  })

  test('for any key, time, life and credentials, temporary ones too', async () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
    const request = fc.record({
      key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter(isKey),
      credentials: fc.record(
        { accessKeyId: text, secretAccessKey: text, sessionToken: text },
        { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
      ),
      now: fc.date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map(Number),
      expires: fc.integer({ min: 1, max: 604_800 - 1 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...TARGETS), request, async (target, asked) => {
        expect(await signedByUs(target, asked)).toBe(await signedBySdk(target, asked))
      }),
      { numRuns: 60 },
    )
  })
})

describe('the life of a URL', () => {
  const start = Date.UTC(2026, 0, 1, 23, 59, 59, 500)
  const sign = async (expiresIn: number, credentials: S3Credentials = login) =>
    s3Store({ bucket: 'bucket', region: 'r', credentials, runtime: simulatedRuntime({ start }) }).presigner.presignGet(
      'key',
      { expiresIn },
    )

  test('counts from the whole second of signing, and the answer says until when', async () => {
    const { url, expiresAt } = await sign(3_600_000)
    expect(new URL(url).searchParams.get('X-Amz-Date')).toBe('20260101T235959Z')
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('3600')
    expect(expiresAt).toBe(Date.UTC(2026, 0, 2, 0, 59, 59))
  })

  test('never outlasts temporary credentials', async () => {
    const expiration = new Date(start + 600_000)
    const { url, expiresAt } = await sign(3_600_000, { ...login, sessionToken: 'token', expiration })
    expect(expiresAt).toBeLessThanOrEqual(expiration.getTime())
    expect(expiresAt).toBeGreaterThan(expiration.getTime() - 1000)
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('600')
  })

  test('is not begun with credentials that have expired', async () => {
    const expired = { ...login, sessionToken: 'token', expiration: new Date(start - 1000) }
    await expect(sign(60_000, expired)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('is between one second and seven days', async () => {
    for (const expiresIn of [0, 999, -1, Number.NaN, 7 * 86_400_000 + 1000, Number.POSITIVE_INFINITY]) {
      await expect(sign(expiresIn)).rejects.toMatchObject({ code: 'invalid-argument' })
    }
    expect((await sign(7 * 86_400_000)).url).toContain('X-Amz-Expires=604800&')
  })
})

test('a day that turns over gets a signing key of its own', async () => {
  const target = { bucket: 'bucket', region: 'us-east-1' }
  const runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 1, 23, 59, 59) })
  const store = s3Store({ ...target, credentials: login, runtime })
  for (let i = 0; i < 3; i++) {
    const { url } = await store.presigner.presignGet('key', { expiresIn: 60_000 })
    expect(url).toBe(await signedBySdk(target, { key: 'key', credentials: login, now: runtime.now(), expires: 60 }))
    await runtime.sleep(500 + i * 86_400_000)
  }
})
