import { z } from 'zod'
import { type FakeCall, page, Refusal } from './fake-refusal.ts'

const common = {
  name: z.string().min(1),
  comment: z.string().optional(),
  properties_kvpairs: z.object({ properties: z.record(z.string(), z.string()) }).optional(),
}
const creation = z.discriminatedUnion('authentication_type', [
  z.strictObject({
    ...common,
    authentication_type: z.literal('DATABRICKS'),
    data_recipient_global_metastore_id: z.string(),
  }),
  z.strictObject({
    ...common,
    authentication_type: z.literal('TOKEN'),
    expiration_time: z.int().optional(),
    ip_access_list: z.object({ allowed_ip_addresses: z.array(z.string()).max(100) }).optional(),
  }),
])
const rotation = z.strictObject({ existing_token_expire_in_seconds: z.int().nonnegative() })

const LIFETIME = 31_536_000_000

interface FakeToken {
  id: string
  activation_url: string
  expiration_time: number
  created_at: number
  created_by: string
}

interface FakeRecipient {
  readonly info: z.infer<typeof creation>
  tokens: FakeToken[]
  activated: boolean
}

/** `…/recipients` of a fake catalog. */
export class FakeRecipients {
  readonly #recipients = new Map<string, FakeRecipient>()
  readonly #now: number
  #issued = 0

  constructor(now: number) {
    this.#now = now
  }

  answer({ method, path, query, body }: FakeCall): unknown {
    const [name, part] = path
    if (name === undefined) return method === 'POST' ? this.#create(creation.parse(body)) : this.#list(query)
    const recipient = this.find(name)
    if (method === 'DELETE') this.#recipients.delete(name.toLowerCase())
    if (method === 'DELETE') return {}
    if (part === 'rotate-token') this.#rotate(recipient, rotation.parse(body).existing_token_expire_in_seconds)
    return infoOf(recipient)
  }

  find(name: string): FakeRecipient {
    const recipient = this.#recipients.get(name.toLowerCase())
    if (recipient === undefined) {
      throw new Refusal(404, 'RECIPIENT_DOES_NOT_EXIST', `Recipient '${name}' does not exist.`)
    }
    return recipient
  }

  /** The recipient opens the link: it is used up. */
  activate(name: string): void {
    const recipient = this.find(name)
    recipient.activated = true
    for (const token of recipient.tokens) token.activation_url = ''
  }

  #create(info: z.infer<typeof creation>): unknown {
    const name = info.name.toLowerCase()
    if (this.#recipients.has(name)) {
      throw new Refusal(409, 'RECIPIENT_ALREADY_EXISTS', `Recipient '${name}' already exists`)
    }
    const recipient: FakeRecipient = { info: { ...info, name }, tokens: [], activated: false }
    if (info.authentication_type === 'TOKEN') {
      if ((info.expiration_time ?? 0) > this.#now + LIFETIME) {
        throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'A token lives for at most one year')
      }
      recipient.tokens = [this.#issue(info.expiration_time)]
    } else if (this.#byMetastore(info.data_recipient_global_metastore_id).length > 0) {
      const message = 'There is already a Recipient object with same sharing identifier'
      throw new Refusal(400, 'INVALID_PARAMETER_VALUE', message)
    }
    this.#recipients.set(name, recipient)
    return infoOf(recipient)
  }

  #list(query: URLSearchParams): unknown {
    const id = query.get('data_recipient_global_metastore_id')
    const chosen = id === null ? [...this.#recipients.values()] : this.#byMetastore(id)
    return page('recipients', chosen.map(infoOf), query)
  }

  #byMetastore(id: string): FakeRecipient[] {
    return [...this.#recipients.values()].filter(
      ({ info }) => info.authentication_type === 'DATABRICKS' && info.data_recipient_global_metastore_id === id,
    )
  }

  #rotate(recipient: FakeRecipient, seconds: number): void {
    const living = recipient.tokens.filter((token) => token.expiration_time > this.#now)
    if (living.length > 1) {
      const message = `There are already two active tokens for recipient ${recipient.info.name}`
      throw new Refusal(400, 'INVALID_PARAMETER_VALUE', message)
    }
    for (const token of living) token.expiration_time = Math.min(token.expiration_time, this.#now + seconds * 1000)
    recipient.tokens = [...living, this.#issue(undefined)]
  }

  #issue(expiresAt: number | undefined): FakeToken {
    this.#issued++
    return {
      id: `token-${this.#issued}`,
      activation_url: `https://adb-1.2.azuredatabricks.net/delta_sharing/retrieve_config.html?link-${this.#issued}`,
      expiration_time: expiresAt ?? this.#now + LIFETIME,
      created_at: this.#now,
      created_by: 'sp-uuid',
    }
  }
}

function infoOf({ info, tokens, activated }: FakeRecipient): unknown {
  return info.authentication_type === 'TOKEN' ? { ...info, activated, tokens } : info
}
