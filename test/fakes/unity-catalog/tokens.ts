import type { FakeMetastore } from './metastore.ts'
import { invalid } from './refusal.ts'

export interface TokenInfo {
  readonly id: string
  /** Empty once it has been opened. */
  activation_url: string
  expiration_time: number
  readonly created_at: number
  readonly created_by: string
}

interface Token {
  readonly info: TokenInfo
  readonly code: string
  readonly bearer: string
}

/** A year, which no token outlives. */
const LONGEST_LIFE = 31_536_000_000

/** The tokens of one recipient: two at most, of which one is on its way out. */
export class FakeTokens {
  #tokens: Token[]
  #issued = 0
  readonly #metastore: FakeMetastore
  readonly #linkTo: (code: string) => string

  constructor(metastore: FakeMetastore, linkTo: (code: string) => string, expiresAt: number | undefined) {
    this.#metastore = metastore
    this.#linkTo = linkTo
    this.#checkExpiry(expiresAt)
    this.#tokens = [this.#issue(expiresAt)]
  }

  told(): { activated: boolean; tokens: TokenInfo[]; activation_url?: string } {
    const url = this.#tokens.at(-1)?.info.activation_url ?? ''
    return {
      activated: this.#tokens.some(isOpened),
      tokens: this.#tokens.map(({ info }) => ({ ...info })),
      ...(url !== '' && { activation_url: url }),
    }
  }

  /** What opens the newest token, until it is used. */
  get code(): string | undefined {
    return this.#tokens.findLast((token) => !isOpened(token))?.code
  }

  offers(code: string): boolean {
    return this.#tokens.some((token) => token.code === code && !isOpened(token))
  }

  retrieve(code: string): { token: TokenInfo; bearer: string } | undefined {
    const found = this.#tokens.find((token) => token.code === code && !isOpened(token))
    if (found === undefined) return undefined
    found.info.activation_url = ''
    return { token: { ...found.info }, bearer: found.bearer }
  }

  admits(bearer: string): boolean {
    return this.#living().some((token) => token.bearer === bearer && isOpened(token))
  }

  rotate(recipient: string, seconds: number): void {
    const living = this.#living()
    if (living.length > 1) throw invalid(`There are already two active tokens for recipient ${recipient}`)
    // A token that nobody holds need not be waited for: there is just another link.
    const held = living.filter(isOpened)
    const end = this.#metastore.now + seconds * 1000
    for (const { info } of held) info.expiration_time = Math.min(info.expiration_time, end)
    this.#tokens = [...held, this.#issue(undefined)]
  }

  expire(at: number): void {
    this.#checkExpiry(at)
    for (const { info } of this.#living()) info.expiration_time = at
  }

  #checkExpiry(at: number | undefined): void {
    if ((at ?? 0) > this.#metastore.now + LONGEST_LIFE) throw invalid('A token lives for at most one year')
  }

  #living(): Token[] {
    return this.#tokens.filter(({ info }) => info.expiration_time > this.#metastore.now)
  }

  #issue(expiresAt: number | undefined): Token {
    this.#issued++
    const { now: created_at, principal: created_by, tokenLifetime } = this.#metastore
    const id = this.#metastore.uuid()
    const code = `link-${this.#issued}-${id}`
    const expiration_time = expiresAt ?? created_at + tokenLifetime * 1000
    const info = { id, activation_url: this.#linkTo(code), expiration_time, created_at, created_by }
    return { info, code, bearer: `bearer-${this.#metastore.uuid()}` }
  }
}

function isOpened({ info }: Token): boolean {
  return info.activation_url === ''
}
