import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { createRecipient } from '../../src/manifest/index.ts'
import { sharingRoutes } from '../../src/server/handler.ts'
import { sharingService } from '../../src/server/service.ts'
import { memoryStore } from '../../src/store/index.ts'
import { ENDPOINT, linesOf, ORIGIN, openWorld, type World } from './world.ts'

const TABLE = '/shares/sales/schemas/shop/tables/orders'

interface Document {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: unknown }>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

async function documentOf({ handler }: World): Promise<Document> {
  const answer = await handler(new Request(`${ORIGIN}/openapi.json`))
  expect(answer.headers.get('content-type')).toContain('application/json')
  return answer.json() as Promise<Document>
}

/** Says of values whether they are as the description says. */
async function validators(world: World): Promise<(name: string) => ValidateFunction> {
  const { components } = await documentOf(world)
  const ajv = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true })
  return (name) => ajv.compile(components.schemas[name] ?? { not: {} })
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  expect({ value, errors: validate(value) ? null : validate.errors }).toEqual({ value, errors: null })
}

test('every route stands in the description, and nothing else', async () => {
  const browse = { page: '', files: {} }
  const store = memoryStore()
  const { open, protocol } = sharingRoutes(sharingService({ store, openTable: () => store, browse }))
  const routes = [...open.routes, ...protocol.routes]
    .flatMap(({ path, get, post }) => [...(get ? [`GET ${path}`] : []), ...(post ? [`POST ${path}`] : [])])
    .map((route) => route.replaceAll(/:(\w+)/g, '{$1}'))
    // A table itself is asked by HEAD only.
    .map((route) => (route.endsWith('/tables/{table}') ? route.replace('GET', 'HEAD') : route))
  const { paths } = await documentOf(await openWorld({ browse }))
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.sort()).toEqual([...new Set(routes)].sort())
  expect(routes.length).toBeGreaterThan(15)
})

test('the description is OpenAPI 3.1, and every reference in it leads somewhere', async () => {
  const document = await documentOf(await openWorld())
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: ORIGIN }] })
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect(references.length).toBeGreaterThan(20)
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(references)]))
  expect(document.paths).not.toHaveProperty('/browse')
})

describe('real answers are as described:', () => {
  test.each([
    ['/shares', 'Shares'],
    ['/shares?maxResults=0', 'Shares'],
    ['/shares/sales', 'ShareAnswer'],
    ['/shares/sales/schemas', 'Schemas'],
    ['/shares/sales/schemas/shop/tables', 'Tables'],
    ['/shares/sales/all-tables', 'Tables'],
    ['/shares/nothing', 'Error'],
    ['/shares/sales/all-tables?maxResults=x', 'Error'],
    ['/nothing', 'Error'],
    [`${TABLE}/query`, 'Error'],
  ])('%s is %s', async (path, shape) => {
    const world = await openWorld()
    expectValid((await validators(world))(shape), await (await world.ask(path)).json())
  })

  test.each([
    ['parquet', 'ParquetLine'],
    ['delta', 'DeltaLine'],
  ])('the lines of %s', async (format, shape) => {
    const world = await openWorld()
    const validate = (await validators(world))(shape)
    const headers = { 'delta-sharing-capabilities': `responseformat=${format};includeendstreamaction=true` }
    const query = { method: 'POST', headers, body: JSON.stringify({ maxFiles: 1, includeRefreshToken: true }) }
    const lines = [
      ...(await linesOf(await world.ask(`${TABLE}/metadata`, { headers }))),
      ...(await linesOf(await world.ask(`${TABLE}/query`, query))),
    ]
    expect(lines).toHaveLength(6)
    for (const line of lines) expectValid(validate, line)
    expect(validate({ file: { id: 1 } })).toBe(false)
  })

  test('a profile', async () => {
    const world = await openWorld()
    const { activationCode } = await createRecipient(world.root, { name: 'new' }, { runtime: world.runtime })
    const answer = await world.handler(new Request(`${ORIGIN}/activate/${activationCode}`, { method: 'POST' }))
    expectValid((await validators(world))('Profile'), await answer.json())
  })
})

test('a query with every member that is described is understood', async () => {
  const world = await openWorld()
  const { components } = await documentOf(world)
  const { properties } = components.schemas.TableQuery as { properties: Record<string, object> }
  for (const name of Object.keys(properties)) {
    const answer = await world.ask(`${TABLE}/query`, { method: 'POST', body: JSON.stringify({ [name]: {} }) })
    const isHint = /PredicateHints$|^predicateHints$/.test(name)
    expect([name, answer.status]).toEqual([name, isHint ? 200 : 400])
    await answer.body?.cancel()
  }
})

test('the page for people names every path, loads nothing from elsewhere and runs nothing', async () => {
  const world = await openWorld()
  const answer = await world.handler(new Request(`${ORIGIN}/docs`))
  const page = await answer.text()
  for (const path of Object.keys((await documentOf(world)).paths)) expect(page).toContain(path)
  expect(page).not.toMatch(/<script|src=|url\(|https?:\/\/(?!json-schema)/)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('the description needs no token, and a path below the endpoint does', async () => {
  const { handler } = await openWorld()
  expect((await handler(new Request(`${ORIGIN}/docs`))).status).toBe(200)
  expect((await handler(new Request(`${ENDPOINT}/openapi.json`))).status).toBe(401)
})
