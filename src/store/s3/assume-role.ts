import { hmacSha256, sha256 } from '#hash'
import { DeltaError, messageOf } from '../../errors.ts'
import { hex } from '../../hex.ts'
import { amzTime, deriveKey } from './presign.ts'
import type { S3Credentials } from './settings.ts'

/** Whom to ask for temporary credentials, and by whose rights. */
export interface TokenService {
  /** The endpoint: AWS STS, or a server that speaks its language, as MinIO does at its own endpoint. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: S3Credentials
}

export interface RoleRequest {
  readonly role: string
  /** How the store's own audit log names the session. */
  readonly session: string
  /** What the credentials may do at most, as an IAM policy; never more than the role. */
  readonly policy: string
  /** Seconds, from 900. */
  readonly duration: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const FORM = 'application/x-www-form-urlencoded; charset=utf-8'
/** A service that takes longer for this many milliseconds is as good as not there. */
const TIMEOUT = 10_000

/**
 * Takes on a role for a while, with its rights cut down by a policy.
 * @throws {DeltaError} `permission-denied` when the service refuses, `unavailable` when it does not answer.
 * @see "AssumeRole" in the AWS Security Token Service API reference; "AssumeRole" in MinIO's security token service
 */
export async function assumeRole(service: TokenService, request: RoleRequest): Promise<RoleCredentials> {
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: request.role,
    RoleSessionName: request.session,
    DurationSeconds: String(request.duration),
    Policy: request.policy,
  }).toString()
  const url = new URL('/', service.endpoint)
  const headers = signedHeaders(service, url.host, body, request.now)
  const answer = await post(url, headers, body, request.signal)
  const text = await answer.text()
  if (!answer.ok) throw refusal(request.role, answer.status, text)
  return parseAnswer(text)
}

async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT)
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
  } catch (cause) {
    throw new DeltaError('unavailable', `the token service at ${url.origin} did not answer: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** AWS Signature Version 4 in headers ("Create a signed AWS API request" in the IAM user guide). */
function signedHeaders(
  { region, credentials }: TokenService,
  host: string,
  body: string,
  now: number,
): Record<string, string> {
  const time = amzTime(now)
  const day = time.slice(0, 8)
  const scope = `${day}/${region}/sts/aws4_request`
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signed: [name: string, value: string][] = [
    ['content-type', FORM],
    ['host', host],
    ['x-amz-date', time],
    ...(sessionToken === undefined ? [] : [['x-amz-security-token', sessionToken] as [string, string]]),
  ]
  const names = signed.map(([name]) => name).join(';')
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = `POST\n/\n\n${lines}\n${names}\n${hex(sha256(body))}`
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hex(sha256(canonical))}`
  const signature = hex(hmacSha256(deriveKey(secretAccessKey, day, region, 'sts'), toSign))
  const { host: _, ...sent } = Object.fromEntries(signed)
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

function parseAnswer(xml: string): RoleCredentials {
  const accessKeyId = element(xml, 'AccessKeyId')
  const secretAccessKey = element(xml, 'SecretAccessKey')
  const sessionToken = element(xml, 'SessionToken')
  const expiresAt = Date.parse(element(xml, 'Expiration') ?? '')
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined || !(expiresAt > 0)) {
    // The answer is not repeated: a part of it may be a secret.
    throw new DeltaError('unavailable', 'the token service gave an answer without credentials in it')
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt }
}

/** The text of the one element of this name: base64, a date or an error code, in which XML escapes nothing. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
}

function refusal(role: string, status: number, xml: string): DeltaError {
  const reason = [status, element(xml, 'Code'), element(xml, 'Message')].filter((part) => part !== undefined).join(' ')
  const isBusy = status >= 500 || status === 429 || xml.includes('<Code>Throttling')
  return new DeltaError(
    isBusy ? 'unavailable' : 'permission-denied',
    `the token service did not let us take on the role ${role}: ${reason}`,
  )
}
