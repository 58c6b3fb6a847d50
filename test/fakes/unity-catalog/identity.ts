import type { Runtime } from '../../../src/runtime.ts'
import { Refusal } from './refusal.ts'

/** Who may ask: by a personal access token, or by a token for a service principal's secret. */
export class FakeIdentity {
  readonly personalToken = 'dapi-0123456789-secret'
  readonly clientId = 'sp-uuid'
  readonly clientSecret = 'dose-0123456789-secret'
  /** Seconds that tokens live which are issued from now on. */
  tokenLifetime = 3600
  /** When each token ends that was issued for the secret. */
  readonly #issued = new Map<string, number>()
  readonly #runtime: Runtime

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Ends every token that was issued for the secret, as a workspace may at any time. */
  expireTokens(): void {
    this.#issued.clear()
  }

  /** @throws {Refusal} 401. */
  check(authorization: string | null): void {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
    if (token === this.personalToken || (this.#issued.get(token) ?? 0) > this.#runtime.now()) return
    throw new Refusal(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type')
  }

  /** Where newer official clients learn where the discovery document is. */
  hostMetadata(url: string): unknown {
    return { oidc_endpoint: `${url}/oidc`, workspace_id: '1234', cloud: 'AWS' }
  }

  discovery(url: string): unknown {
    return {
      issuer: `${url}/oidc`,
      authorization_endpoint: `${url}/oidc/v1/authorize`,
      token_endpoint: `${url}/oidc/v1/token`,
      grant_types_supported: ['client_credentials', 'authorization_code', 'refresh_token'],
    }
  }

  /** `POST /oidc/v1/token`, whose errors are those of OAuth. */
  issue(authorization: string | null, form: URLSearchParams): Response {
    const basic = `Basic ${btoa(`${this.clientId}:${this.clientSecret}`)}`
    if (authorization !== basic) return oauthError(401, 'invalid_client', 'Client authentication failed')
    if (form.get('grant_type') !== 'client_credentials') return oauthError(400, 'unsupported_grant_type', 'Unsupported')
    if (form.get('scope') !== 'all-apis') return oauthError(400, 'invalid_scope', 'Unknown scope')
    const token = `eyJ-${this.#runtime.uuid()}`
    this.#issued.set(token, this.#runtime.now() + this.tokenLifetime * 1000)
    return Response.json({
      access_token: token,
      token_type: 'Bearer',
      expires_in: this.tokenLifetime,
      scope: 'all-apis',
    })
  }

  me(groupsOf: readonly string[]): unknown {
    const groups = groupsOf.map((display, i) => ({ display, value: String(i), type: 'direct' }))
    return { id: '4711', userName: this.clientId, displayName: 'kadoa publisher', active: true, groups }
  }
}

function oauthError(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status })
}
