import { isDeltaError } from '../errors.ts'
import { redeemActivation } from '../manifest/index.ts'
import { formatProfile, wireError } from '../wire/index.ts'
import { activationFailedPage, activationPage, profileDownload } from './activation-page.ts'
import { type Call, noteError } from './call.ts'
import type { Service } from './service.ts'

/** `GET /activate/<code>`: a page with a button. Nothing is read or changed, whatever the code. */
export function showActivation(): Response {
  return activationPage()
}

/**
 * `POST /activate/<code>`: the profile, for the one who comes first. Browsers are told in a page why there is none.
 * @throws {DeltaError} `not-found` for a code that cannot be redeemed, `permission-denied` from a wrong address.
 */
export async function answerActivation(
  service: Service,
  call: Call,
  request: Request,
  code: string,
): Promise<Response> {
  try {
    const credential = await redeemActivation(
      service.store,
      { code, address: call.peer.address, endpoint: service.endpointOf(request) },
      { runtime: service.runtime },
    )
    call.record.recipient = credential.recipient
    return profileDownload(formatProfile(credential))
  } catch (error) {
    const isForRecipient = isDeltaError(error, 'not-found') || isDeltaError(error, 'permission-denied')
    const isBrowser = request.headers.get('accept')?.includes('text/html') ?? false
    if (!isForRecipient || !isBrowser) throw error
    noteError(call.record, error)
    return activationFailedPage(wireError(error.code).status, error.message)
  }
}
