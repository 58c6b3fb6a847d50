/** What can be asked of the server, in the order in which it is told: a table that the description is made of. */
export interface Operation {
  readonly method: 'get' | 'head' | 'post'
  /** With `{name}` for what is variable. */
  readonly path: string
  readonly summary: string
  readonly open?: boolean
  /** Parameters in the URL's query: name and meaning. */
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Name of the shape of the body. */
  readonly body?: string
  /** Content type of the good answer, and the name of its shape where it has one. */
  readonly answer: { readonly type?: string; readonly shapes?: readonly string[]; readonly about: string }
}

const JSON_TYPE = 'application/json'
const LINES_TYPE = 'application/x-ndjson'
const TEXT_TYPE = 'text/plain'
const HTML_TYPE = 'text/html'

const PAGING = { maxResults: 'The most items wanted.', pageToken: 'Where the page before said that the list goes on.' }
const CAPABILITIES = {
  'delta-sharing-capabilities':
    'What the client can read, such as responseformat=delta,parquet;readerfeatures=deletionvectors,columnmapping.',
}
const FILE_HEADERS = { ...CAPABILITIES, fileidhash: 'How ids of files are to be made: parquet or delta.' }
const LINES = { type: LINES_TYPE, shapes: ['ParquetLine', 'DeltaLine'] }

const protocolOperations = (prefix: string): readonly Operation[] => {
  const share = `${prefix}/shares/{share}`
  const table = `${share}/schemas/{schema}/tables/{table}`
  const list = (path: string, summary: string, shape: string): Operation => ({
    method: 'get',
    path,
    summary,
    query: PAGING,
    answer: { type: JSON_TYPE, shapes: [shape], about: 'A page of the list.' },
  })
  const versionAnswer = { about: 'No body: the version is in the header delta-table-version.' }
  return [
    list(`${prefix}/shares`, 'Lists the shares that the recipient may see.', 'Shares'),
    {
      method: 'get',
      path: share,
      summary: 'Shows a share.',
      answer: { type: JSON_TYPE, shapes: ['ShareAnswer'], about: 'The share.' },
    },
    list(`${share}/schemas`, 'Lists the schemas of a share.', 'Schemas'),
    list(`${share}/schemas/{schema}/tables`, 'Lists the tables of a schema.', 'Tables'),
    list(`${share}/all-tables`, 'Lists the tables of a share.', 'Tables'),
    {
      method: 'head',
      path: table,
      summary: 'The version of a table; GET …/version says the same.',
      answer: versionAnswer,
    },
    {
      method: 'get',
      path: `${table}/version`,
      summary: 'The version of a table.',
      query: { startingTimestamp: 'Asks for the first version at or after this moment.' },
      answer: versionAnswer,
    },
    {
      method: 'get',
      path: `${table}/metadata`,
      summary: 'Protocol and metadata of a table: two lines.',
      query: { version: 'Of this version.', timestamp: 'As it was at this moment.' },
      headers: CAPABILITIES,
      answer: { ...LINES, about: 'Two lines.' },
    },
    {
      method: 'post',
      path: `${table}/query`,
      summary: 'The files of a table, with URLs to fetch them by.',
      headers: FILE_HEADERS,
      body: 'TableQuery',
      answer: { ...LINES, about: 'Protocol, metadata, a line for each file, and where it was asked for a last line.' },
    },
    {
      method: 'get',
      path: `${table}/changes`,
      summary: 'The rows that changed from version to version, where the table keeps a change data feed.',
      query: {
        startingVersion: 'The first version whose changes are wanted.',
        startingTimestamp: 'Instead: from the first version at or after this moment on.',
        endingVersion: 'The last version whose changes are wanted.',
        endingTimestamp: 'Instead: up to the last version at or before this moment.',
        includeHistoricalMetadata: 'Wants the metadata again where it changed.',
        includeHistoricalProtocol: 'Wants the protocol again where it changed.',
        maxFiles: 'Files wanted in one answer.',
        pageToken: 'Where the page before said that the answer goes on.',
      },
      headers: FILE_HEADERS,
      answer: { ...LINES, about: 'Protocol, metadata, and a line for each file of changed rows.' },
    },
    {
      method: 'post',
      path: `${table}/temporary-table-credentials`,
      summary: 'Credentials to read a table where it lies, if it is shared so.',
      body: 'CredentialsRequest',
      answer: { type: JSON_TYPE, shapes: ['Credentials'], about: 'Credentials that read the table and nothing else.' },
    },
  ]
}

const openOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/activate/{code}',
    summary: 'The page of an activation link. Nothing is used up by looking.',
    answer: { type: HTML_TYPE, about: 'A page with a button.' },
  },
  {
    method: 'post',
    path: '/activate/{code}',
    summary: 'Redeems an activation link, once.',
    answer: { type: JSON_TYPE, shapes: ['Profile'], about: 'The profile file.' },
  },
  {
    method: 'get',
    path: '/files/{ticket}',
    summary: 'A data file, by a URL that a query gave; for tables whose store cannot sign URLs itself.',
    headers: { range: 'Which bytes are wanted.' },
    answer: { type: 'application/octet-stream', about: 'The bytes.' },
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the server runs.',
    answer: { type: TEXT_TYPE, about: 'It does.' },
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether requests should be sent here: its storage answers, and it is not about to stop.',
    answer: { type: TEXT_TYPE, about: 'It is; else the status is 503.' },
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This description.',
    answer: { type: JSON_TYPE, about: 'An OpenAPI 3.1 document.' },
  },
  {
    method: 'get',
    path: '/docs',
    summary: 'This description for people.',
    answer: { type: HTML_TYPE, about: 'A page.' },
  },
]

const browseOperations: readonly Operation[] = [
  { method: 'get', path: '/browse', summary: 'The share browser.', answer: { type: HTML_TYPE, about: 'A page.' } },
  {
    method: 'get',
    path: '/browse/{file}',
    summary: 'What the share browser is made of.',
    answer: { type: 'text/javascript', about: 'A script.' },
  },
]

/** @param hasBrowser whether the server has a share browser. */
export function operations(prefix: string, hasBrowser: boolean): readonly Operation[] {
  const open = [...openOperations, ...(hasBrowser ? browseOperations : [])]
  return [...protocolOperations(prefix), ...open.map((operation) => ({ ...operation, open: true }))]
}
