import {
  CAPABILITIES_HEADER,
  type Capabilities,
  FILE_ID_HASH_HEADER,
  parseCapabilities,
  parseFileIdHash,
  type ResponseFormat,
} from '../wire/index.ts'
import type { Caller } from './authenticate.ts'
import type { Call } from './call.ts'
import { type GrantedTable, grantedTable, type SharedName } from './catalog.ts'
import { tableError } from './error-answer.ts'
import type { HttpRequest } from './http.ts'
import { remember } from './remember.ts'
import type { Service } from './service.ts'

/** A request about one table. */
export interface TableRequest {
  readonly service: Service
  readonly caller: Caller
  readonly call: Call
  readonly request: HttpRequest
  readonly name: Required<SharedName>
}

/** What the headers of a request say about its answer. */
export interface ClientWishes extends Capabilities {
  /** How file ids are to be made, where the client says it; else as the format of the answer has them. */
  readonly idHash: ResponseFormat | undefined
}

/** @throws {DeltaError} `invalid-argument` for a way of making ids that there is not. */
export function parseWishes({ headers }: HttpRequest): ClientWishes {
  const { formats, readerFeatures, includeEndStreamAction } = capabilitiesOf(headers.get(CAPABILITIES_HEADER) ?? '')
  const idHash = parseFileIdHash(headers.get(FILE_ID_HASH_HEADER))
  return { formats, readerFeatures, includeEndStreamAction, idHash }
}

const capabilitiesOf = remember(parseCapabilities)

/** @throws {DeltaError} `not-found` for a table that the caller may not see, as for one that is not there. */
export function findGranted({ service, caller, name }: TableRequest): Promise<GrantedTable> {
  return grantedTable(service.directory, caller.recipient, name)
}

/** What `load` gives; its errors as the recipient may hear them. */
export async function loadingTable<T>(name: SharedName, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    throw tableError(error, name)
  }
}
