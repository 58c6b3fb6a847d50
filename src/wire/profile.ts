import { z } from 'zod'
import { DeltaError, isDeltaError } from '../errors.ts'
import { type JsonValue, parseJson } from '../json.ts'

/**
 * What a recipient is given: where the shares are, and the token that opens them (PROTOCOL.md of Delta Sharing, "Profile
 * File Format", version 1; the official clients refuse a bearer token in version 2).
 */
export interface Profile {
  readonly endpoint: string
  /** A secret. */
  readonly bearerToken: string
  /** ISO 8601; absent when the token does not expire. */
  readonly expirationTime?: string
}

const PROFILE_VERSION = 1

const shape = z.object({
  shareCredentialsVersion: z.literal(PROFILE_VERSION),
  endpoint: z.url({ protocol: /^https?$/ }),
  bearerToken: z.string().min(1),
  expirationTime: z.string().nullish(),
})

/**
 * Parses a profile file, or the JSON value in it. Unknown members are left aside, a trailing slash of the endpoint too.
 * @throws {DeltaError} `invalid-argument` when it is no profile, `unsupported` for a version other than 1. The message
 * names members, never their values.
 */
export function parseProfile(profile: unknown): Profile {
  const json = typeof profile === 'string' ? parseText(profile) : profile
  const version = z.object({ shareCredentialsVersion: z.number() }).safeParse(json)
  if (version.success && version.data.shareCredentialsVersion !== PROFILE_VERSION) {
    throw new DeltaError(
      'unsupported',
      `this profile has shareCredentialsVersion ${version.data.shareCredentialsVersion}, only version ${PROFILE_VERSION} (bearer token) is supported: ask your share provider for one`,
      { feature: `shareCredentialsVersion ${version.data.shareCredentialsVersion}` },
    )
  }
  const parsed = shape.safeParse(json)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the profile'}: ${issue.message}`)
    throw new DeltaError('invalid-argument', `not a Delta Sharing profile: ${problems.join('; ')}`)
  }
  const { endpoint, bearerToken, expirationTime } = parsed.data
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    bearerToken,
    ...(typeof expirationTime === 'string' ? { expirationTime } : {}),
  }
}

/** The text of a profile file, usually called `config.share`. */
export function formatProfile({ endpoint, bearerToken, expirationTime }: Profile): string {
  const profile = { shareCredentialsVersion: PROFILE_VERSION, endpoint, bearerToken, expirationTime }
  return `${JSON.stringify(profile, null, 2)}\n`
}

/** The parser's own message is not passed on: it quotes the text, and the text holds a token. */
function parseText(text: string): JsonValue {
  try {
    return parseJson(text.replace(/^\ufeff/, ''), 'the profile')
  } catch (error) {
    if (isDeltaError(error)) {
      throw new DeltaError('invalid-argument', 'not a Delta Sharing profile: the text is not valid JSON')
    }
    throw error
  }
}
