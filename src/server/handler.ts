import { answerActivation, showActivation } from './activation.ts'
import { admit } from './admit.ts'
import type { Caller } from './authenticate.ts'
import { type Call, noteError, openCall } from './call.ts'
import type { SharedName } from './catalog.ts'
import { answerChanges } from './changes-answer.ts'
import { answerCredentials } from './directory-access.ts'
import { errorAnswer, methodNotAllowed, notFoundAnswer } from './error-answer.ts'
import { answerTicket } from './file-answer.ts'
import { FILES_PATH } from './file-link.ts'
import { asForwarded, originator } from './forwarded.ts'
import { type Answer, answerOf, type HttpRequest, urlParameters } from './http.ts'
import { getShare, listSchemas, listShares, listTables } from './list-answers.ts'
import { namedSchemas, openApiDocument } from './openapi/document.ts'
import { operations } from './openapi/operations.ts'
import { openApiPage } from './openapi/page.ts'
import type { Peer, SharingOptions } from './options.ts'
import { routePath } from './path.ts'
import { answerQuery } from './query-answer.ts'
import { type FoundRoute, type PathNames, type Route, type Router, router } from './router.ts'
import { type Service, sharingService } from './service.ts'
import { responseOf } from './stream.ts'
import { answerMetadata, answerVersion } from './table-answers.ts'
import type { TableRequest } from './table-request.ts'

/** Answers one request. It never rejects: every failure is an answer. */
export type SharingHandler = (request: Request, peer?: Peer) => Promise<Response>

/** The same for whoever has no `Request` and needs no `Response`. */
export type SharingAnswers = (request: HttpRequest, peer?: Peer) => Promise<Answer>

/** A request on its way to its answer. */
interface Asked {
  readonly request: HttpRequest
  readonly call: Call
}

/** One that showed a good token. */
interface Admitted extends Asked {
  readonly caller: Caller
}

/**
 * A Delta Sharing server as a function from request to answer; it binds no socket and runs wherever `fetch` does.
 * Below `prefix` it answers the protocol; beside it `/activate/<code>`, `/files/…` for tables whose store cannot sign
 * URLs, `/openapi.json` and `/docs`, `/browse` where that is given, `/healthz` and `/readyz`.
 * @throws {DeltaError} `invalid-argument` for options that cannot work.
 */
export function sharingHandler(options: SharingOptions): SharingHandler {
  const answer = sharingAnswers(options)
  return async (request, peer) => responseOf(await answer(request, peer))
}

/** @throws {DeltaError} as {@link sharingHandler}. */
export function sharingAnswers(options: SharingOptions): SharingAnswers {
  const service = sharingService(options)
  const routes = sharingRoutes(service)
  return async (received, socket = {}) => {
    const peer = originator(received, socket, service.trustProxy)
    const call = openCall(received, peer, socket.address, service)
    const request = asForwarded(received, socket, service.trustProxy)
    const { requestId } = call.record
    const answer = service.cors.preflight(request, requestId) ?? (await answered(routes, request, call, service))
    answer.headers['x-request-id'] = requestId
    service.cors.allow(request, answer.headers)
    if (isFault(answer.status) && call.record.recipient === undefined) service.limits.blame(peer.address)
    call.answered(answer.status)
    return answer
  }
}

/** Whether the one who asked is at fault; waiting when told to is none. */
function isFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429
}

/** All routes; a test compares them with the description of the API. */
export interface SharingRoutes {
  /** For which no token is needed: what they give out is protected by what stands in the path. */
  readonly open: Router<Asked>
  readonly protocol: Router<Admitted>
}

export function sharingRoutes(service: Service): SharingRoutes {
  return { open: router(openRoutes(service)), protocol: router(protocolRoutes(service)) }
}

async function answered(
  { open, protocol }: SharingRoutes,
  request: HttpRequest,
  call: Call,
  service: Service,
): Promise<Answer> {
  try {
    const path = routePath(request)
    if (path !== service.prefix && !path.startsWith(`${service.prefix}/`)) {
      const found = noted(open.find(path), call, path)
      return found ? await routed(found, { request, call }) : notFoundAnswer()
    }
    const found = noted(protocol.find(path), call, path)
    // Who is nobody does not even hear which paths there are.
    const caller = await admit(request, call, service)
    return found ? await routed(found, { request, call, caller }) : notFoundAnswer()
  } catch (error) {
    noteError(call.record, error)
    return errorAnswer(error, call.record.requestId)
  }
}

/** Longest path that is recorded: three names, percent-encoded, are shorter. */
const MAX_PATH = 3000

/** Writes into the record what is asked for, whoever asks. */
function noted<A>(found: FoundRoute<A> | undefined, { record }: Call, path: string): FoundRoute<A> | undefined {
  if (found === undefined) return undefined
  const { route, names } = found
  record.action = route.action
  // These two are secrets.
  record.path = 'code' in names || 'ticket' in names ? route.path : path.slice(0, MAX_PATH)
  return found
}

async function routed<A extends Asked>({ route: { get, post }, names }: FoundRoute<A>, asked: A): Promise<Answer> {
  const { method } = asked.request
  const answering = method === 'GET' || method === 'HEAD' ? get : method === 'POST' ? post : undefined
  if (answering === undefined) {
    return methodNotAllowed([...(get ? ['GET', 'HEAD'] : []), ...(post ? ['POST'] : [])])
  }
  const answer = await answering(asked, names)
  return method === 'HEAD' ? withoutBody(answer) : answer
}

async function withoutBody(answer: Answer): Promise<Answer> {
  const { body } = answer
  if (body !== null && typeof body !== 'string') {
    await body.chunks.return(undefined)
    body.onEnd()
  }
  return { ...answer, body: null }
}

function openRoutes(service: Service): Route<Asked>[] {
  const { browse } = service
  return [
    { path: '/healthz', action: 'health', get: () => plain(200, 'ok') },
    {
      path: '/readyz',
      action: 'ready',
      get: async () => ((await service.isReady()) ? plain(200, 'ready') : plain(503, 'not ready')),
    },
    {
      path: '/activate/:code',
      action: 'activate',
      get: ({ request, call }, { code = '' }) => {
        service.limits.checkAddress(call.peer.address)
        return showActivation(service, call, request, code)
      },
      post: ({ request, call }, { code = '' }) => {
        service.limits.checkAddress(call.peer.address)
        return answerActivation(service, call, request, code)
      },
    },
    ...descriptionRoutes(service),
    ...(browse === undefined
      ? []
      : [
          { path: '/browse', action: 'browse', get: ({ request }: Asked) => browse.page(request) },
          {
            path: '/browse/:file',
            action: 'browse',
            get: ({ request }: Asked, { file = '' }: PathNames) => browse.file(request, file),
          },
        ]),
    {
      path: `${FILES_PATH}:ticket`,
      action: 'file.read',
      get: ({ request, call }, { ticket = '' }) => answerTicket(service, call, request, ticket),
    },
  ]
}

function descriptionRoutes(service: Service): Route<Asked>[] {
  const described = operations(service.prefix, service.browse !== undefined)
  return [
    {
      path: '/openapi.json',
      action: 'describe',
      get: ({ request }) =>
        answerOf(JSON.stringify(openApiDocument(described, service.baseOf(request))), {
          headers: { 'content-type': 'application/json' },
        }),
    },
    { path: '/docs', action: 'describe', get: () => openApiPage(described, namedSchemas()) },
  ]
}

function protocolRoutes(service: Service): Route<Admitted>[] {
  const share = '/shares/:share'
  const table = `${share}/schemas/:schema/tables/:table`
  const about = ({ caller, call, request }: Admitted, names: PathNames): TableRequest => ({
    service,
    caller,
    call,
    request,
    name: noteNames(call, names),
  })
  const routes: Route<Admitted>[] = [
    {
      path: '/shares',
      action: 'share.list',
      get: ({ caller, call, request }) => listShares(service, caller, urlParameters(request), call.record),
    },
    {
      path: share,
      action: 'share.get',
      get: ({ caller, call }, names) => getShare(service, caller, noteNames(call, names).share),
    },
    {
      path: `${share}/schemas`,
      action: 'schema.list',
      get: ({ caller, call, request }, names) =>
        listSchemas(service, caller, noteNames(call, names).share, urlParameters(request)),
    },
    {
      path: `${share}/schemas/:schema/tables`,
      action: 'table.list',
      get: ({ caller, call, request }, names) => {
        const { share, schema } = noteNames(call, names)
        return listTables(service, caller, { share, schema }, urlParameters(request))
      },
    },
    {
      path: `${share}/all-tables`,
      action: 'table.list',
      get: ({ caller, call, request }, names) =>
        listTables(service, caller, { share: noteNames(call, names).share }, urlParameters(request)),
    },
    {
      // Deprecated in the protocol for GET …/version, and all that some clients know.
      path: table,
      action: 'table.version',
      get: (asked, names) =>
        asked.request.method === 'HEAD' ? answerVersion(about(asked, names)) : methodNotAllowed(['HEAD']),
    },
    {
      path: `${table}/version`,
      action: 'table.version',
      get: (asked, names) => answerVersion(about(asked, names), urlParameters(asked.request).startingTimestamp),
    },
    {
      path: `${table}/metadata`,
      action: 'table.metadata',
      get: (asked, names) => answerMetadata(about(asked, names), urlParameters(asked.request)),
    },
    { path: `${table}/query`, action: 'table.query', post: (asked, names) => answerQuery(about(asked, names)) },
    {
      path: `${table}/changes`,
      action: 'table.changes',
      get: (asked, names) => answerChanges(about(asked, names), urlParameters(asked.request)),
    },
    {
      path: `${table}/temporary-table-credentials`,
      action: 'table.credentials',
      post: (asked, names) => answerCredentials(about(asked, names)),
    },
  ]
  return routes.map((route) => ({ ...route, path: service.prefix + route.path }))
}

function plain(status: number, text: string): Answer {
  return answerOf(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}

/** The names in the path, which also go into the record. */
function noteNames({ record }: Call, { share = '', schema = '', table = '' }: PathNames): Required<SharedName> {
  if (share !== '') record.share = share
  if (schema !== '') record.schema = schema
  if (table !== '') record.table = table
  return { share, schema, table }
}
