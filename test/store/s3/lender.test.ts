import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/index.ts'
import { readingPolicy } from '../../../src/store/s3/lender.ts'
import { s3Store } from '../../../src/store/s3.ts'

const ROLE = 'arn:aws-cn:iam::123456789012:role/readers'
const HOUR = 3_600_000

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

/** A token service that gives the same answer to everybody, and notes what it was asked. */
async function tokenService(
  status: number,
  answer: string,
): Promise<{ endpoint: string; asked: { headers: IncomingHttpHeaders; form: URLSearchParams }[] }> {
  const asked: { headers: IncomingHttpHeaders; form: URLSearchParams }[] = []
  const server = createServer(async (incoming, outgoing) => {
    asked.push({ headers: incoming.headers, form: new URLSearchParams(await text(incoming)) })
    outgoing.writeHead(status, { 'content-type': 'text/xml', connection: 'close' }).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const GIVEN = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>a/b+c=</SecretAccessKey><SessionToken>t0ken==</SessionToken>
<Expiration>2026-01-01T01:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

const refusal = (code: string, message: string): string =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`

const storeOn = (tokenEndpoint: string) =>
  s3Store({
    bucket: 'bucket',
    prefix: 'tables',
    region: 'eu-central-1',
    tokenEndpoint,
    credentials: { accessKeyId: 'AKIAX', secretAccessKey: 's3cret', sessionToken: 'own-session' },
    runtime: simulatedRuntime(),
    retry: { attempts: 1, firstDelay: 1, longestDelay: 1 },
  })

describe('a lender', () => {
  test('asks for the role, cut down to reading below the prefix, and gives what it gets', async () => {
    const { endpoint, asked } = await tokenService(200, GIVEN)
    const lent = await storeOn(endpoint).lender.lend('orders', { role: ROLE, session: 'dq anna/1', expiresIn: HOUR })
    expect(lent).toEqual({
      accessKeyId: 'ASIAX',
      secretAccessKey: 'a/b+c=',
      sessionToken: 't0ken==',
      expiresAt: Date.parse('2026-01-01T01:00:00Z'),
    })
    const [{ form, headers } = { form: new URLSearchParams(), headers: {} }] = asked
    expect(Object.fromEntries(form)).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      RoleSessionName: 'dq-anna-1',
      DurationSeconds: '3600',
      Policy: readingPolicy('bucket', 'tables/orders', { partition: 'aws-cn' }),
    })
    expect(headers['x-amz-security-token']).toBe('own-session')
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAX\/20260101\/eu-central-1\/sts\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[\da-f]{64}$/,
    )
  })

  test.each([
    [403, refusal('AccessDenied', 'may not assume'), 'permission-denied', 'may not assume'],
    [400, refusal('Throttling', 'slow down'), 'unavailable', 'slow down'],
    [503, '', 'unavailable', '503'],
    [200, '<html>', 'unavailable', 'without credentials'],
  ])('tells %i %s as %s', async (status, answer, code, message) => {
    const { endpoint } = await tokenService(status, answer)
    const lending = storeOn(endpoint).lender.lend('orders', { role: ROLE, session: 'x', expiresIn: HOUR })
    await expect(lending).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('lends for 15 minutes at least and an hour at most', async () => {
    const { endpoint, asked } = await tokenService(200, GIVEN)
    const { lender } = storeOn(endpoint)
    const options = { role: ROLE, session: 'x' }
    await expect(lender.lend('orders', { ...options, expiresIn: 899_999 })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await lender.lend('orders', { ...options, expiresIn: 24 * HOUR })
    expect(asked.map(({ form }) => form.get('DurationSeconds'))).toEqual(['3600'])
  })

  test.each(['../other', '/orders', 'a//b'])('does not lend for %s', async (prefix) => {
    const { endpoint, asked } = await tokenService(200, GIVEN)
    const lending = storeOn(endpoint).lender.lend(prefix, { role: ROLE, session: 'x', expiresIn: HOUR })
    await expect(lending).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(asked).toEqual([])
  })
})

describe('the policy of a lender', () => {
  test('lets get and list below the prefix, slash included', () => {
    expect(JSON.parse(readingPolicy('b', 'tables/t', { partition: 'aws' }))).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/tables/t/*'] },
        {
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: ['arn:aws:s3:::b'],
          Condition: { StringLike: { 's3:prefix': ['tables/t/*'] } },
        },
      ],
    })
  })

  test('keeps out whoever asks from another address than those given', () => {
    const addresses = ['192.0.2.0/24', '2001:db8::1']
    expect(JSON.parse(readingPolicy('b', 't', { partition: 'aws-cn', addresses })).Statement[2]).toEqual({
      Effect: 'Deny',
      Action: ['s3:*'],
      Resource: ['arn:aws-cn:s3:::b', 'arn:aws-cn:s3:::b/*'],
      Condition: { NotIpAddress: { 'aws:SourceIp': addresses } },
    })
    const open = readingPolicy('b', 't', { partition: 'aws', addresses: [] })
    expect(open).toBe(readingPolicy('b', 't', { partition: 'aws' }))
  })

  test('is ASCII, whatever the prefix', () => {
    const policy = readingPolicy('b', 'té/日本', { partition: 'aws' })
    expect(policy).toMatch(/^[\x20-\x7e]+$/)
    expect(JSON.parse(policy).Statement[0].Resource).toEqual(['arn:aws:s3:::b/té/日本/*'])
  })

  test.each(['', 't*', 'a?b', `\${aws:username}`])('of the prefix %j is refused', (prefix) => {
    expect(() => readingPolicy('b', prefix, { partition: 'aws' })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})
