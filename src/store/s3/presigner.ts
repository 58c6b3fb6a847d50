import { DeltaError } from '../../errors.ts'
import type { Presigner } from '../object-store.ts'
import type { Bucket } from './bucket.ts'
import { s3Failure } from './failure.ts'
import { MAX_EXPIRES, type SigningRequest, type SigningTarget, urlSigner } from './presign.ts'

/** Signs with the credentials of the bucket's client. No URL outlives temporary credentials. */
export function s3Presigner(bucket: Bucket, endpoint: string | undefined): Presigner {
  let signer: ((request: SigningRequest) => string) | undefined
  return {
    async presignGet(key, { expiresIn }) {
      const fullKey = bucket.fullKey(key)
      const asked = Math.floor(expiresIn / 1000)
      if (!(asked >= 1 && asked <= MAX_EXPIRES)) {
        throw new DeltaError(
          'invalid-argument',
          `a presigned URL cannot live ${expiresIn} ms: expected 1 second to 7 days, in milliseconds`,
        )
      }
      try {
        signer ??= urlSigner(await targetOf(bucket, endpoint))
        const credentials = await bucket.client.config.credentials()
        // A signature counts from a whole second.
        const now = Math.floor(bucket.runtime.now() / 1000) * 1000
        const left = Math.floor(((credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now) / 1000)
        if (left < 1) {
          throw new DeltaError('unauthenticated', `the credentials for ${bucket.location} have expired: renew them`)
        }
        const expires = Math.min(asked, left)
        return { url: signer({ key: fullKey, credentials, now, expires }), expiresAt: now + expires * 1000 }
      } catch (error) {
        throw s3Failure(error, `signing a URL for ${key} at ${bucket.location}`)
      }
    },
  }
}

async function targetOf({ client, name }: Bucket, endpoint: string | undefined): Promise<SigningTarget> {
  const { config } = client
  const region = await config.region()
  const { url } = config.endpointProvider({
    Bucket: name,
    Region: region,
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: await config.useDualstackEndpoint(),
    ...(endpoint !== undefined && { Endpoint: endpoint }),
    ForcePathStyle: endpoint !== undefined,
  })
  return { origin: url.origin, host: url.host, path: url.pathname.replace(/\/+$/, ''), region }
}
