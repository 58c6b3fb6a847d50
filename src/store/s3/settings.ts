import { DeltaError } from '../../errors.ts'

/** AWS credentials; temporary ones know when they end. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** How to reach S3. What is left out, the AWS SDK looks up in its standard places. */
export interface S3Settings {
  /** The address of an S3-compatible server; left out, AWS itself. */
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>)
  /** The address of the service that gives temporary credentials; left out, that of `endpoint`, else AWS's own. */
  readonly tokenEndpoint?: string
  /** The bucket in the path instead of the host name; by default so with an `endpoint`. */
  readonly forcePathStyle?: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings that the standard AWS environment names: `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`,
 * for temporary credentials `AWS_ENDPOINT_URL_STS` before the latter, `AWS_REGION` or `AWS_DEFAULT_REGION` (else
 * `us-east-1`, unless a profile may name another), and the access keys. Without access keys the SDK's own chain finds
 * credentials: profile, container, instance.
 * @throws {DeltaError} `invalid-argument` for an endpoint that is no http(s) URL.
 */
export function s3Settings(env: Environment): S3Settings {
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL
  const tokenEndpoint = env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (env.AWS_PROFILE ? undefined : 'us-east-1')
  const credentials = env.AWS_PROFILE ? undefined : accessKeys(env)
  return {
    ...(endpoint && { endpoint: checkedEndpoint(endpoint) }),
    ...(tokenEndpoint && { tokenEndpoint: checkedEndpoint(tokenEndpoint) }),
    ...(region && { region }),
    ...(credentials && { credentials }),
  }
}

function accessKeys(env: Environment): S3Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) }
}

function checkedEndpoint(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol === 'http:' || protocol === 'https:') return text
  throw new DeltaError(
    'invalid-argument',
    `the S3 endpoint in AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, or the one in AWS_ENDPOINT_URL_STS, is no URL: expected http://host:port or https://host`,
  )
}
