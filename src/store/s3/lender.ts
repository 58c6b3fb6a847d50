import { DeltaError } from '../../errors.ts'
import { canFence } from '../fence.ts'
import type { CredentialLender } from '../object-store.ts'
import { assumeRole } from './assume-role.ts'
import type { Bucket } from './bucket.ts'
import { s3Failure } from './failure.ts'

/** The shortest and longest life of a session, in seconds: 15 minutes, and what a role that takes on another may have. */
const MIN_DURATION = 900
const MAX_DURATION = 3600

/** Lends by AssumeRole with a session policy: what the role may do, but reading below one prefix only. */
export function s3Lender(bucket: Bucket, tokenEndpoint: string | undefined): CredentialLender {
  return {
    async lend(prefix, { role, session, expiresIn, addresses, signal }) {
      const duration = Math.min(Math.floor(expiresIn / 1000), MAX_DURATION)
      if (!(duration >= MIN_DURATION)) {
        throw new DeltaError(
          'invalid-argument',
          `credentials cannot be lent for ${expiresIn} ms: expected at least ${MIN_DURATION / 60} minutes`,
        )
      }
      const under = prefix === '' ? bucket.root.slice(0, -1) : bucket.fullKey(prefix)
      const policy = readingPolicy(bucket.name, under, { partition: partitionOf(role), addresses })
      try {
        const region = await bucket.client.config.region()
        const credentials = await bucket.client.config.credentials()
        const endpoint = tokenEndpoint ?? awsEndpoint(region)
        const name = sessionName(session)
        return await bucket.call(`lending credentials for ${prefix}`, signal, () =>
          assumeRole(
            { endpoint, region, credentials },
            { role, session: name, policy, duration, now: bucket.runtime.now(), signal },
          ),
        )
      } catch (error) {
        throw s3Failure(error, `lending credentials for ${prefix} at ${bucket.location}`)
      }
    },
  }
}

/**
 * The policy that lets somebody get the objects below a prefix, and list them. The slash at its end keeps `orders-2`
 * away from who may read `orders`. With addresses, from these only, as the store sees who asks: where it does not, as behind
 * an endpoint inside of a private network, from nowhere.
 * @throws {DeltaError} `unsupported` for a prefix that a policy cannot name, and for a whole bucket.
 */
export function readingPolicy(
  bucket: string,
  prefix: string,
  { partition, addresses = [] }: { readonly partition: string; readonly addresses?: readonly string[] | undefined },
): string {
  if (!canFence(prefix)) {
    throw new DeltaError(
      'unsupported',
      prefix === ''
        ? 'credentials are lent for a prefix, never for a whole bucket: move the table below one'
        : `a policy would take ${JSON.stringify(prefix)} for a pattern: move the table to a prefix without * and ?`,
      { feature: 'directory access' },
    )
  }
  const arn = `arn:${partition}:s3:::${bucket}`
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${arn}/${prefix}/*`] },
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: [arn],
        Condition: { StringLike: { 's3:prefix': [`${prefix}/*`] } },
      },
      ...(addresses.length === 0 ? [] : [fromElsewhere(arn, addresses)]),
    ],
  }
  // AWS takes a policy in Latin-1 only.
  return JSON.stringify(policy).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function fromElsewhere(arn: string, addresses: readonly string[]) {
  return {
    Effect: 'Deny',
    Action: ['s3:*'],
    Resource: [arn, `${arn}/*`],
    Condition: { NotIpAddress: { 'aws:SourceIp': addresses } },
  }
}

/** `aws`, `aws-cn` or `aws-us-gov`, as the role's ARN says; servers that speak S3 use the first. */
function partitionOf(role: string): string {
  return /^arn:(aws[a-z-]*):/.exec(role)?.[1] ?? 'aws'
}

function awsEndpoint(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/** 2 to 64 of the characters that STS allows. */
function sessionName(text: string): string {
  return text
    .replaceAll(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-')
}
