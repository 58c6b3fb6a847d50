import { z } from 'zod'
import { DeltaError, throwIfAborted } from '../errors.ts'
import { type Authorizer, type Credentials, checkSecret, isPrintable, type Workspace } from './credentials.ts'
import { brokenAnswer, send } from './transport.ts'

/** A service principal of a Databricks account. */
export interface ServicePrincipal {
  readonly clientId: string
  /** A secret: it goes to the workspace's token endpoint and nowhere else. */
  readonly clientSecret: string
}

interface Token {
  readonly authorization: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const discoveryShape = z.object({ token_endpoint: z.string() })
const tokenShape = z.object({
  access_token: z.string().refine(isPrintable, 'expected a token'),
  expires_in: z.number().positive(),
})

const DISCOVERY = '/oidc/.well-known/oauth-authorization-server'
const GRANT = new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }).toString()

/** A token is not used when it has less than this to live, in milliseconds: as in Databricks' own clients. */
const MARGIN = 40_000

/**
 * OAuth for machines: the secret of a service principal is exchanged for tokens that live for an hour. One is asked for
 * when it is needed, once for all who wait, and again before it expires or when the workspace refuses it.
 * @throws {DeltaError} `invalid-argument` for an id or secret that is none.
 */
export function oauthM2M({ clientId, clientSecret }: ServicePrincipal): Credentials {
  checkSecret('the client secret', clientSecret)
  if (!isPrintable(clientId) || clientId.includes(':')) {
    throw new DeltaError(
      'invalid-argument',
      'the client id is none: expected the application id of a service principal',
    )
  }
  const basic = btoa(`${clientId}:${clientSecret}`)
  return (workspace) => serviceAuthorizer(workspace, { basic, secrets: [clientSecret, basic] })
}

interface Secret {
  readonly basic: string
  readonly secrets: readonly string[]
}

function serviceAuthorizer(workspace: Workspace, secret: Secret): Authorizer {
  const { runtime } = workspace
  let endpoint: string | undefined
  let token: Token | undefined
  let known: readonly string[] = secret.secrets
  let signingIn: Promise<Token> | undefined

  const signIn = async (): Promise<Token> => {
    endpoint ??= await discover(workspace, secret)
    const fresh = await fetchToken(workspace, endpoint, secret)
    // The one before may still be on its way with a call that will be quoted.
    known = [...secret.secrets, bare(fresh), ...(token === undefined ? [] : [bare(token)])]
    token = fresh
    return fresh
  }

  return {
    secrets: () => known,
    async authorization({ signal, refused } = {}) {
      throwIfAborted(signal)
      const isGood = token !== undefined && token.expiresAt - runtime.now() > MARGIN
      if (token !== undefined && isGood && token.authorization !== refused) return token.authorization
      // Without a signal: who aborts gives up his own call, and not those of others who wait for the token too.
      signingIn ??= signIn().finally(() => {
        signingIn = undefined
      })
      return (await untilAborted(signingIn, signal)).authorization
    },
  }
}

function bare({ authorization }: Token): string {
  return authorization.slice('Bearer '.length)
}

async function discover(workspace: Workspace, { secrets }: Secret): Promise<string> {
  const { origin } = workspace
  const where = `looking for the token endpoint of ${origin}`
  const { token_endpoint } = await send(workspace, {
    where,
    method: 'GET',
    url: `${origin}${DISCOVERY}`,
    headers: {},
    repeatable: true,
    secrets,
    answer: discoveryShape,
  })
  const url = URL.canParse(token_endpoint) ? new URL(token_endpoint) : undefined
  if (url !== undefined && (url.protocol === 'https:' || url.origin === origin)) return url.href
  throw brokenAnswer(where, 'it is not reached by https, and a secret would be sent to it')
}

async function fetchToken(workspace: Workspace, url: string, { basic, secrets }: Secret): Promise<Token> {
  const asked = workspace.runtime.now()
  const { access_token, expires_in } = await send(workspace, {
    where: `signing in to ${workspace.origin} as a service principal`,
    method: 'POST',
    url,
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: GRANT,
    // Another token does no harm.
    repeatable: true,
    secrets,
    answer: tokenShape,
  })
  return { authorization: `Bearer ${access_token}`, expiresAt: asked + expires_in * 1000 }
}

/** What is promised, or `aborted` as soon as the caller aborts. */
function untilAborted<T>(promised: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promised
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new DeltaError('aborted', 'the caller aborted the operation', { cause: signal.reason }))
    }
    signal.addEventListener('abort', stop, { once: true })
    promised.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
