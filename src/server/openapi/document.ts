import { z } from 'zod'
import type { Operation } from './operations.ts'
import {
  credentialsRequestShape,
  credentialsShape,
  deltaLineShape,
  errorShape,
  parquetLineShape,
  profileShape,
  schemasShape,
  shareAnswerShape,
  sharesShape,
  tableQueryShape,
  tablesShape,
} from './shapes.ts'

/** The named schemas of the description. */
const SHAPES = {
  Error: errorShape,
  Shares: sharesShape,
  ShareAnswer: shareAnswerShape,
  Schemas: schemasShape,
  Tables: tablesShape,
  TableQuery: tableQueryShape,
  ParquetLine: parquetLineShape,
  DeltaLine: deltaLineShape,
  CredentialsRequest: credentialsRequestShape,
  Credentials: credentialsShape,
  Profile: profileShape,
} as const

const ABOUT =
  'Delta Sharing: shares, schemas and tables by REST, data files by URLs that are signed for a while. Names are compared without case. Lines are JSON objects, each with a newline at its end.'

/**
 * The API as an OpenAPI 3.1 document.
 * @param server the URL below which its paths are.
 */
export function openApiDocument(operations: readonly Operation[], server: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Delta Sharing',
      version: '1',
      summary: 'A sharing server for recipients with tokens',
      description: ABOUT,
    },
    servers: [{ url: server === '' ? '/' : server }],
    paths,
    components: {
      schemas: namedSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'The token of the profile file.' } },
    },
    security: [{ token: [] }],
  }
}

/** Every shape as a JSON Schema by its name. */
export function namedSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => {
      const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input' })
      return [name, schema]
    }),
  )
}

function describe({ path, summary, open = false, query = {}, headers = {}, body, answer }: Operation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    summary,
    ...(open ? { security: [] } : {}),
    parameters: [
      ...inPath.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...parametersIn('query', query),
      ...parametersIn('header', headers),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { content: { 'application/json': { schema: reference(body) } }, required: false } }),
    responses: {
      200: { description: answer.about, ...contentOf(answer) },
      default: { description: 'It failed.', content: { 'application/json': { schema: reference('Error') } } },
    },
  }
}

function parametersIn(place: 'query' | 'header', about: Readonly<Record<string, string>>): object[] {
  return Object.entries(about).map(([name, description]) => ({
    name,
    in: place,
    description,
    schema: { type: 'string' },
  }))
}

function contentOf({ type, shapes = [] }: Operation['answer']): { content?: object } {
  if (type === undefined) return {}
  const [first, ...more] = shapes.map(reference)
  const schema = more.length > 0 ? { anyOf: [first, ...more] } : first
  return { content: { [type]: schema === undefined ? {} : { schema } } }
}

function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` }
}
