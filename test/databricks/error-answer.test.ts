import { describe, expect, test } from 'vitest'
import { parseErrorAnswer, statementError } from '../../src/databricks/error-answer.ts'

const TOKEN = 'dapi-secret'
const parse = (status: number, body: unknown = '', retryAfter?: number) =>
  parseErrorAnswer(
    'reading share x',
    { status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter },
    [TOKEN],
  )

test.each([
  // The codes that Databricks documents, under a status that alone would say something else.
  ['SHARE_DOES_NOT_EXIST', 'not-found'],
  ['RECIPIENT_DOES_NOT_EXIST', 'not-found'],
  ['CATALOG_DOES_NOT_EXIST', 'not-found'],
  ['TABLE_NOT_FOUND', 'not-found'],
  ['SHARE_ALREADY_EXISTS', 'already-exists'],
  ['RESOURCE_ALREADY_EXISTS', 'already-exists'],
  ['PERMISSION_DENIED', 'permission-denied'],
  ['INVALID_PARAMETER_VALUE', 'invalid-argument'],
  ['FEATURE_DISABLED', 'unsupported'],
  ['INVALID_STATE', 'invalid-argument'],
  ['QUOTA_EXCEEDED', 'unsupported'],
  ['ENDPOINT_NOT_FOUND', 'unsupported'],
  ['RESOURCE_EXHAUSTED', 'rate-limited'],
  ['constructor', 'invalid-argument'],
])('%s means %s', (error_code, code) => {
  expect(parse(400, { error_code, message: 'no' })).toMatchObject({ code })
})

test.each([
  [401, 'unauthenticated'],
  [403, 'permission-denied'],
  [409, 'conflict'],
  [429, 'rate-limited'],
  [499, 'invalid-argument'],
  [500, 'unavailable'],
  [501, 'unsupported'],
  [504, 'unavailable'],
] as const)('without a code, status %i means %s', (status, code) => {
  expect(parse(status)).toMatchObject({ code, message: expect.stringContaining(`Databricks answered ${status}`) })
})

test.each(['', '<html><pre>Not Found</pre></html>', 'default backend - 404'])(
  'what is absent by the word of somebody who is no catalog, %j, does not count as gone',
  (body) => {
    expect(parse(404, body)).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('whether the host is that of a workspace'),
    })
    expect(parse(404, { error: 'an older form' }).code).toBe('not-found')
    expect(parse(404, 'TABLE_DOES_NOT_EXIST: as text').code).toBe('not-found')
  },
)

test.each([
  [{ error_code: 'INVALID_STATE', message: 'no longer assigned' }, 'INVALID_STATE: no longer assigned'],
  [{ error: 'an older form' }, 'an older form'],
  ['INVALID_STATE: as text\nof two lines', 'INVALID_STATE: as text of two lines'],
  ['<html><pre>from a gateway</pre></html>', 'from a gateway'],
  ['<html><head><title>from another gateway</title></head></html>', 'from another gateway'],
  [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: 'of SCIM', status: '400' }, 'of SCIM'],
  [{ error_code: 7, message: 'odd' }, 'odd'],
])('the body %j is understood', (body, said) => {
  expect(parse(400, body).message).toBe(`reading share x failed: Databricks answered 400 ${said}`)
})

test.each(['', '[]', 'null', '{', '<html>'])('the body %j says nothing, and does no harm', (body) => {
  expect(parse(400, body).message).toBe('reading share x failed: Databricks answered 400')
})

describe('what opens doors is taken out of a message', () => {
  test.each([
    ['a token', `token ${TOKEN} is bad`, 'token <token> is bad'],
    ['an activation link', 'see https://h/data_sharing_activation/abc', 'see https://h/data_sharing_activation/<link>'],
    ['the query of a URL', 'see https://h/config.html?abc, now', 'see https://h/config.html now'],
  ])('%s', (_, message, said) => {
    expect(parse(400, { message }).message).toBe(`reading share x failed: Databricks answered 400 ${said}`)
  })
})

test('how long to wait is said where the server asks for it', () => {
  expect(parse(429, '', 3600)).toMatchObject({
    message: 'reading share x failed: Databricks answered 429; it asks to come again after 3600 seconds',
    details: { blame: 'databricks', retryAfter: 3600 },
  })
})

test('an answer that leads elsewhere is for whoever gave the host', () => {
  expect(parse(302)).toMatchObject({ message: expect.stringContaining('give the host'), details: { blame: 'kadoa' } })
})

test('a message of any length is cut', () => {
  expect(parse(400, { message: 'x'.repeat(5000) }).message.length).toBeLessThan(1100)
})

describe('it is said whose move it is, and which', () => {
  test.each([
    [
      'INVALID_PARAMETER_VALUE',
      'Cannot resolve target shard for aws:x',
      { blame: 'customer' },
      'SELECT CURRENT_METASTORE()',
    ],
    ['FEATURE_DISABLED', 'not enabled', { blame: 'kadoa', feature: 'Delta Sharing' }, 'enable Delta Sharing'],
    ['QUOTA_EXCEEDED', 'limit: 1000', { blame: 'databricks', feature: 'quota' }, 'have Databricks raise the limit'],
    ['METASTORE_DOES_NOT_EXIST', 'No metastore assigned', { blame: 'kadoa' }, 'assign a metastore to the workspace'],
    ['TEMPORARILY_UNAVAILABLE', 'later', { blame: 'databricks' }, 'later'],
    [
      'INVALID_PARAMETER_VALUE',
      'AWS IAM role does not have READ permissions on url s3://b',
      { blame: 'storage' },
      'role',
    ],
    [
      'INVALID_PARAMETER_VALUE',
      "Input path url 's3://b/t' overlaps with other external tables or volumes within 'CreateTable' call.",
      { blame: 'kadoa' },
      'its owner drops it there',
    ],
    ['PERMISSION_DENIED', 'The IAM role was found to be non self-assuming', { blame: 'storage' }, 'role'],
    ['INVALID_STATE', 'Workspace 1 no longer assigned to this metastore', { blame: 'kadoa' }, 'an account admin'],
    ['UNAUTHENTICATED', 'no', { blame: 'kadoa' }, 'check the credentials'],
    ['ENDPOINT_NOT_FOUND', 'No API found', { blame: 'kadoa' }, 'whether the host is that of a workspace'],
  ])('%s: %s', (error_code, message, details, advice) => {
    expect(parse(400, { error_code, message })).toMatchObject({ details, message: expect.stringContaining(advice) })
  })

  test('not where nobody knows', () => {
    expect(parse(404, { error_code: 'SHARE_DOES_NOT_EXIST', message: 'no' }).details).toEqual({})
  })

  test.each([
    ["User does not have CREATE TABLE on Schema 'main.s'.", 'GRANT CREATE TABLE ON SCHEMA `main`.`s` TO'],
    ["User does not have CREATE_SHARE on Metastore 'id'.", 'GRANT CREATE SHARE ON METASTORE TO'],
    ["User does not have USE RECIPIENT on Recipient 'acme'.", 'GRANT USE RECIPIENT ON METASTORE TO'],
    ["User does not have USE_SHARE on Share 'sales'.", 'GRANT USE SHARE ON METASTORE TO'],
    [
      "User does not have EXTERNAL USE LOCATION on External location 'kadoa'.",
      'GRANT EXTERNAL USE LOCATION ON EXTERNAL LOCATION `kadoa` TO',
    ],
  ])('%s', (message, grant) => {
    expect(parse(403, { error_code: 'PERMISSION_DENIED', message })).toMatchObject({
      code: 'permission-denied',
      details: { blame: 'kadoa' },
      message: expect.stringContaining(`; have it granted: ${grant}`),
    })
  })

  test.each([
    ["User is not an owner of Share 'sales'.", 'ALTER SHARE `sales` OWNER TO'],
    ["User is not an owner of Recipient 'a-b'.", 'ALTER RECIPIENT `a-b` OWNER TO'],
    ["User is not an owner of table 'main.s.t'.", 'ALTER TABLE `main`.`s`.`t` OWNER TO'],
  ])('%s', (message, handover) => {
    expect(parse(403, { error_code: 'PERMISSION_DENIED', message }).message).toContain(
      `'; its owner or a metastore admin runs: ${handover}`,
    )
  })
})

test.each(['Invalid access token. [ReqId: 1]', 'Token is expired'])(
  'a token that is none is told from a missing privilege: %s',
  (message) => {
    expect(parse(403, { error_code: '403', message })).toMatchObject({ code: 'unauthenticated' })
  },
)

test("OAuth's own errors are understood", () => {
  expect(parse(401, { error: 'invalid_client', error_description: 'no such client' })).toMatchObject({
    code: 'unauthenticated',
    message: expect.stringContaining('401 invalid_client: no such client'),
  })
})

test.each([
  ['[TABLE_OR_VIEW_ALREADY_EXISTS] Cannot create', 'already-exists'],
  ['[DELTA_TABLE_NOT_FOUND] no', 'not-found'],
  ['[INSUFFICIENT_PERMISSIONS] no', 'permission-denied'],
  ['[PARSE_SYNTAX_ERROR] no', 'invalid-argument'],
  ['nothing in brackets', 'invalid-argument'],
])('a statement that fails with %s', (message, code) => {
  expect(statementError('running it', { errorCode: 'BAD_REQUEST', message })).toMatchObject({ code })
})
