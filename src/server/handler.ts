import { type Context, Hono } from 'hono'
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
import { getShare, listSchemas, listShares, listTables } from './list-answers.ts'
import { namedSchemas, openApiDocument } from './openapi/document.ts'
import { operations } from './openapi/operations.ts'
import { openApiPage } from './openapi/page.ts'
import type { Peer, SharingOptions } from './options.ts'
import { routePath } from './path.ts'
import { answerQuery } from './query-answer.ts'
import { type Service, sharingService } from './service.ts'
import { answerMetadata, answerVersion } from './table-answers.ts'
import type { TableRequest } from './table-request.ts'

/** Answers one request. It never rejects: every failure is an answer. */
export type SharingHandler = (request: Request, peer?: Peer) => Promise<Response>

interface Environment {
  readonly Bindings: Call
  readonly Variables: { caller: Caller }
}

type RouteContext = Context<Environment>
type Answer = (c: RouteContext) => Response | Promise<Response>
type Step = (c: RouteContext, next: () => Promise<void>) => Promise<void>

/** What is done at a path, by method. GET answers HEAD too; the body is then left away. */
interface Answers {
  readonly get?: Answer
  readonly post?: Answer
}

/**
 * A Delta Sharing server as a function from request to answer; it binds no socket and runs wherever `fetch` does.
 * Below `prefix` it answers the protocol; beside it `/activate/<code>`, `/files/…` for tables whose store cannot sign
 * URLs, `/openapi.json` and `/docs`, `/browse` where that is given, `/healthz` and `/readyz`.
 * @throws {DeltaError} `invalid-argument` for options that cannot work.
 */
export function sharingHandler(options: SharingOptions): SharingHandler {
  const service = sharingService(options)
  const app = sharingApp(service)
  return async (received, socket = {}) => {
    const peer = originator(received, socket, service.trustProxy)
    const call = openCall(received, peer, socket.address, service)
    const request = asForwarded(received, socket, service.trustProxy)
    const { requestId } = call.record
    const response = service.cors.preflight(request, requestId) ?? (await app.fetch(request, call))
    response.headers.set('x-request-id', requestId)
    service.cors.allow(request, response.headers)
    if (isFault(response.status) && call.record.recipient === undefined) service.limits.blame(peer.address)
    call.answered(response.status)
    return response
  }
}

/** Whether the one who asked is at fault; waiting when told to is none. */
function isFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429
}

/** All routes; a test compares them with the description of the API. */
export function sharingApp(service: Service): Hono<Environment> {
  const app = new Hono<Environment>({ getPath: routePath })
  app.onError((error, c) => {
    noteError(c.env.record, error)
    return errorAnswer(error, c.env.record.requestId)
  })
  app.notFound(() => notFoundAnswer())
  addOpenRoutes(app, service)
  const admitted: Step = async (c, next) => {
    c.set('caller', await admit(c.req.raw, c.env, service))
    await next()
  }
  addProtocolRoutes(app, service, admitted)
  // Who is nobody does not even hear which paths there are.
  app.use(`${service.prefix}/*`, admitted)
  return app
}

/** Paths for which no token is needed: what they give out is protected by what stands in the path. */
function addOpenRoutes(app: Hono<Environment>, service: Service): void {
  addRoute(app, '/healthz', 'health', {
    get: () => plain(200, 'ok'),
  })
  addRoute(app, '/readyz', 'ready', {
    get: async () => ((await service.isReady()) ? plain(200, 'ready') : plain(503, 'not ready')),
  })
  addRoute(app, '/activate/:code', 'activate', {
    get: (c) => {
      service.limits.checkAddress(c.env.peer.address)
      return showActivation(service, c.env, c.req.raw, c.req.param('code') ?? '')
    },
    post: (c) => {
      service.limits.checkAddress(c.env.peer.address)
      return answerActivation(service, c.env, c.req.raw, c.req.param('code') ?? '')
    },
  })
  addDescription(app, service)
  const { browse } = service
  if (browse !== undefined) {
    addRoute(app, '/browse', 'browse', { get: (c) => browse.page(c.req.raw) })
    addRoute(app, '/browse/:file', 'browse', { get: (c) => browse.file(c.req.raw, c.req.param('file') ?? '') })
  }
  addRoute(app, `${FILES_PATH}:ticket`, 'file.read', {
    get: (c) => answerTicket(service, c.env, c.req.raw, c.req.param('ticket') ?? ''),
  })
}

function addDescription(app: Hono<Environment>, service: Service): void {
  const described = operations(service.prefix, service.browse !== undefined)
  addRoute(app, '/openapi.json', 'describe', {
    get: (c) => c.json(openApiDocument(described, service.baseOf(c.req.raw))),
  })
  addRoute(app, '/docs', 'describe', { get: () => openApiPage(described, namedSchemas()) })
}

function addProtocolRoutes(app: Hono<Environment>, service: Service, admitted: Step): void {
  const add = (path: string, action: string, answers: Answers): void =>
    addRoute(app, service.prefix + path, action, answers, admitted)
  const share = '/shares/:share'
  const table = `${share}/schemas/:schema/tables/:table`
  const aboutTable = (c: RouteContext): TableRequest => ({
    service,
    caller: c.var.caller,
    call: c.env,
    request: c.req.raw,
    name: noteNames(c),
  })

  add('/shares', 'share.list', { get: (c) => listShares(service, c.var.caller, c.req.query(), c.env.record) })
  add(share, 'share.get', { get: (c) => getShare(service, c.var.caller, noteNames(c).share) })
  add(`${share}/schemas`, 'schema.list', {
    get: (c) => listSchemas(service, c.var.caller, noteNames(c).share, c.req.query()),
  })
  add(`${share}/schemas/:schema/tables`, 'table.list', {
    get: (c) => {
      const { share, schema } = noteNames(c)
      return listTables(service, c.var.caller, { share, schema }, c.req.query())
    },
  })
  add(`${share}/all-tables`, 'table.list', {
    get: (c) => listTables(service, c.var.caller, { share: noteNames(c).share }, c.req.query()),
  })
  // Deprecated in the protocol for GET …/version, and all that some clients know.
  add(table, 'table.version', {
    get: (c) => (c.req.method === 'HEAD' ? answerVersion(aboutTable(c)) : methodNotAllowed(['HEAD'])),
  })
  add(`${table}/version`, 'table.version', {
    get: (c) => answerVersion(aboutTable(c), c.req.query('startingTimestamp')),
  })
  add(`${table}/metadata`, 'table.metadata', { get: (c) => answerMetadata(aboutTable(c), c.req.query()) })
  add(`${table}/query`, 'table.query', { post: (c) => answerQuery(aboutTable(c)) })
  add(`${table}/changes`, 'table.changes', { get: (c) => answerChanges(aboutTable(c), c.req.query()) })
  add(`${table}/temporary-table-credentials`, 'table.credentials', { post: (c) => answerCredentials(aboutTable(c)) })
}

/** Longest path that is recorded: three names, percent-encoded, are shorter. */
const MAX_PATH = 3000

/** @param admitted what comes before any answer, and after the record knows what is asked for. */
function addRoute(app: Hono<Environment>, path: string, action: string, { get, post }: Answers, admitted?: Step): void {
  app.use(path, (c, next) => {
    c.env.record.action = action
    c.env.record.path = path.includes(':code') || path.includes(':ticket') ? path : c.req.path.slice(0, MAX_PATH)
    return next()
  })
  if (admitted) app.use(path, admitted)
  if (get) app.get(path, get)
  if (post) app.post(path, post)
  app.all(path, () => methodNotAllowed([...(get ? ['GET', 'HEAD'] : []), ...(post ? ['POST'] : [])]))
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}

/** The names in the path, decoded once, which also go into the record. */
function noteNames(c: RouteContext): Required<SharedName> {
  const { share = '', schema = '', table = '' } = c.req.param()
  if (share !== '') c.env.record.share = share
  if (schema !== '') c.env.record.schema = schema
  if (table !== '') c.env.record.table = table
  return { share, schema, table }
}
