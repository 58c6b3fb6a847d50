import { isDeltaError } from '../errors.ts'
import { type ActivationState, lookUpActivation, type Recipient, redeemActivation } from '../manifest/index.ts'
import { formatProfile, wireError } from '../wire/index.ts'
import { activationPage, type Offer, profileDownload, refusedPage, spentPage } from './activation-page.ts'
import { type Call, noteError } from './call.ts'
import { grantedShare } from './catalog.ts'
import { publicMessage } from './error-answer.ts'
import type { Answer, HttpRequest } from './http.ts'
import type { Service } from './service.ts'

/** `GET /activate/<code>`: a page that says what the link is good for, with a button. Nothing is changed. */
export function showActivation(service: Service, call: Call, request: HttpRequest, code: string): Promise<Answer> {
  return inPages(call, async () => {
    const found = await look(service, call, request, code)
    if (found.state !== 'ready') return spentPage(found)
    const { recipient, endpoint, expiresAt, tokenExpiresAt } = found
    call.record.recipient = recipient.name
    return activationPage({
      endpoint,
      expiresAt,
      tokenExpiresAt,
      tables: await tablesFor(service, recipient),
      hasBrowser: service.browse !== undefined,
    })
  })
}

/**
 * `POST /activate/<code>`: the profile, for the one who comes first. Browsers are told in a page why there is none.
 * @throws {DeltaError} `not-found` for a code that cannot be redeemed, `permission-denied` from a wrong address.
 */
export async function answerActivation(
  service: Service,
  call: Call,
  request: HttpRequest,
  code: string,
): Promise<Answer> {
  const redeem = async (): Promise<Answer> => {
    const credential = await redeemActivation(
      service.store,
      { code, address: call.peer.address, endpoint: service.endpointOf(request) },
      { runtime: service.runtime },
    )
    call.record.recipient = credential.recipient
    return profileDownload(formatProfile(credential))
  }
  const isBrowser = request.headers.get('accept')?.includes('text/html') ?? false
  if (!isBrowser) return redeem()
  return inPages(call, async () => {
    try {
      return await redeem()
    } catch (error) {
      if (!isDeltaError(error, 'not-found')) throw error
      noteError(call.record, error)
      const found = await look(service, call, request, code)
      return spentPage(found.state === 'ready' ? { state: 'unknown' } : found)
    }
  })
}

function look(service: Service, call: Call, request: HttpRequest, code: string): Promise<ActivationState> {
  const { store, runtime } = service
  const endpoint = service.endpointOf(request)
  return lookUpActivation(store, { code, address: call.peer.address, endpoint }, { runtime })
}

/** The tables in every share that was granted; a share that is gone, or damaged, shows none. */
async function tablesFor({ directory }: Service, recipient: Recipient): Promise<Offer['tables']> {
  const tables: string[] = []
  for (const { share } of recipient.grants) {
    try {
      const granted = await grantedShare(directory, recipient, { share })
      tables.push(...granted.tables.map(({ schema, name }) => `${granted.name}.${schema}.${name}`))
    } catch (error) {
      if (!isDeltaError(error, 'not-found') && !isDeltaError(error, 'invalid-data')) throw error
    }
  }
  return tables
}

/** People get an error as a page, in the words that anybody else would get. */
async function inPages(call: Call, answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    const isForPeople = isDeltaError(error, 'permission-denied') || isDeltaError(error, 'unavailable')
    if (!isForPeople) throw error
    noteError(call.record, error)
    return refusedPage(wireError(error.code).status, publicMessage(error, call.record.requestId))
  }
}
