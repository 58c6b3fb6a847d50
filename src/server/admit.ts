import { authenticate, type Caller, presentedToken } from './authenticate.ts'
import type { Call } from './call.ts'
import type { HttpRequest } from './http.ts'
import type { Service } from './service.ts'

/**
 * Lets a request in: says whose it is, and counts it. From an address that was blamed too often only those are
 * recognised whose token was good before, so that nobody is locked out by a neighbour, nor the store asked for strangers.
 * @throws {DeltaError} `unauthenticated`, `permission-denied` or `rate-limited`.
 */
export async function admit(request: HttpRequest, call: Call, service: Service): Promise<Caller> {
  const { limits } = service
  const presented = presentedToken(request)
  if (presented === undefined || !limits.isKnown(presented.hash)) limits.checkAddress(call.peer.address)
  const caller = await authenticateOrForget(presented, call, service)
  call.record.recipient = caller.recipient.name
  call.whenEnded(limits.begin(caller.recipient.id))
  return caller
}

async function authenticateOrForget(
  presented: ReturnType<typeof presentedToken>,
  call: Call,
  service: Service,
): Promise<Caller> {
  try {
    const caller = await authenticate(presented, call.peer, service)
    if (presented !== undefined) service.limits.know(presented.hash)
    return caller
  } catch (error) {
    if (presented !== undefined) service.limits.forget(presented.hash)
    throw error
  }
}
