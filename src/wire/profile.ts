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
  endpoint: z.url({ protocol: /^https?$/ }).refine(isPlain, 'expected a URL without user, query and fragment'),
  // What a header cannot hold would be refused there, in a message that quotes it.
  bearerToken: z.string().regex(/^[\x21-\x7e]+$/, 'expected printable characters of ASCII'),
  expirationTime: z.string().nullish(),
})

/** What tells the versions of the format apart; those after the first have several types. */
const form = z.object({ shareCredentialsVersion: z.number(), type: z.string().optional().catch(undefined) })

/** Paths are put behind an endpoint; and what stands in a URL is told in messages. */
function isPlain(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const { username, password, search, hash } = new URL(endpoint)
  return `${username}${password}${search}${hash}` === ''
}

/**
 * Parses a profile file, or the JSON value in it. Unknown members are left aside, a trailing slash of the endpoint too.
 * @throws {DeltaError} `invalid-argument` when it is no profile, `unsupported` for a version other than 1. The message
 * names members, never their values.
 */
export function parseProfile(profile: unknown): Profile {
  const json = typeof profile === 'string' ? parseText(profile) : profile
  const version = form.safeParse(json)
  if (version.success && version.data.shareCredentialsVersion !== PROFILE_VERSION) {
    const { shareCredentialsVersion, type } = version.data
    const kind = type === undefined ? '' : ` of type ${type.slice(0, 60)}`
    throw new DeltaError(
      'unsupported',
      `this profile has shareCredentialsVersion ${shareCredentialsVersion}${kind}, only version ${PROFILE_VERSION} (bearer token) is supported: ask your share provider for one`,
      { feature: `shareCredentialsVersion ${shareCredentialsVersion}` },
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
      throw new DeltaError(
        'invalid-argument',
        'not a Delta Sharing profile: the text is not valid JSON; give what the profile file holds, not where it lies',
      )
    }
    throw error
  }
}
