/**
 * The plan of the house (docs/architecture.md) as rules. A room may import the rooms named here, through their doors,
 * and the ground floor; nothing else. Types count as imports.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const mayImport = {
  // floor 2
  schema: [],
  store: [],
  // floor 3
  predicate: ['schema'],
  record: ['store'],
  // floor 4
  parquet: ['schema', 'predicate'],
  // floor 5
  log: ['schema', 'store', 'predicate', 'parquet'],
  // floor 6
  scan: ['schema', 'store', 'predicate', 'parquet', 'log'],
  wire: ['schema', 'predicate', 'log'],
  manifest: ['schema', 'store', 'record'],
  // floor 7
  table: ['schema', 'store', 'predicate', 'parquet', 'log', 'scan'],
  client: ['schema', 'predicate', 'scan', 'wire', 'log'],
  server: ['schema', 'store', 'predicate', 'log', 'wire', 'manifest'],
  databricks: ['schema', 'store', 'record', 'log', 'manifest'],
  // floor 8
  connector: ['schema', 'store', 'parquet', 'record', 'wire', 'table', 'client', 'server', 'manifest'],
  browse: ['schema', 'wire', 'client', 'server'],
}

const rooms = Object.keys(mayImport)
const ground = '^src/(errors|few-at-a-time|harmless|json|hash|hash-web|hex|base64url|retry-after|runtime)\\.ts$'

/** Doors beside a room's `index.ts`, and who may knock. */
const sideDoors = {
  'src/store/local.ts': '^src/cli/',
  'src/store/testing.ts': '^$',
  'src/manifest/testing.ts': '^$',
  'src/server/node.ts': '^src/cli/',
}

/** Where a package may be imported in `src/`. A package that is not named here may be imported nowhere. */
const packagePlaces = {
  '@aws-sdk/client-s3': '^src/store/',
  '@noble/hashes': '^src/hash-web\\.ts$',
  // Loaded by schema/to-arrow and cli/ when it is asked for; elsewhere its types only.
  'apache-arrow': '^src/(schema|parquet|scan|table|client|cli)/',
  commander: '^src/cli/',
  'csv-parse': '^src/cli/',
  fzstd: '^src/parquet/',
  hyparquet: '^src/parquet/',
  'hyparquet-compressors': '^src/parquet/',
  hysnappy: '^src/parquet/',
  pino: '^src/(server/node(\\.ts$|/)|cli/)',
  'prom-client': '^src/server/node/',
  uuid: '^src/runtime\\.ts$',
  yaml: '^src/cli/',
  // At the trust boundaries, beside the noun that is defined; never on the hot path of the log.
  zod: '^src/(schema|record|wire|manifest|client|server|databricks|connector|browse|cli)/',
}

/** Node modules with a place of their own; the others are for `store/local`, `server/node` and `cli/`. */
const nodePlaces = {
  buffer: '^src/parquet/codecs\\.ts$',
  crypto: '^src/hash\\.ts$',
  worker_threads: '^src/parquet/compression-worker\\.ts$',
  // Only on Node can a compressor be told to let go of what it holds.
  zlib: '^src/(hash|parquet/codecs|server/node/compress)\\.ts$',
}
const nodeAnywhere = '^src/(store/local(\\.ts$|/)|server/node(\\.ts$|/)|cli/)'

const escaped = (text) => text.replaceAll(/[.\\/+*?()[\]{}^$|-]/g, '\\$&')

const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

const floors = Object.entries(mayImport).map(([room, below]) =>
  error(
    `${room}-imports-down`,
    `${room}/ may import ${below.length > 0 ? below.join(', ') : 'no other room'} and the ground floor, nothing else.`,
    { path: `^src/${room}/` },
    { path: '^src/', pathNot: [ground, `^src/(${[room, ...below].join('|')})/`] },
  ),
)

const doors = [
  ...rooms.map((room) =>
    error(
      `${room}-by-its-door`,
      `From outside, ${room}/ is entered through ${room}/index.ts.`,
      { path: '^src/', pathNot: [`^src/${room}/`] },
      { path: `^src/${room}/`, pathNot: [`^src/${room}/index\\.ts$`, ...Object.keys(sideDoors).map(escaped)] },
    ),
  ),
  ...Object.entries(sideDoors).map(([door, guests]) =>
    error(
      `${door.replace('src/', '').replace('.ts', '').replace('/', '-')}-by-invitation`,
      `${door} is a door for users of the package; inside only those named here may use it.`,
      { path: '^src/', pathNot: [guests, `^${door.slice(0, door.lastIndexOf('/'))}/`] },
      { path: `^${escaped(door)}$` },
    ),
  ),
  error(
    'nobody-imports-cli',
    'cli/ is the top of the house.',
    { path: '^src/', pathNot: ['^src/cli/'] },
    { path: '^src/cli/' },
  ),
  error(
    'front-door-for-guests',
    'index.ts is for users of the package and for cli/.',
    { path: '^src/', pathNot: ['^src/cli/'] },
    { path: '^src/index\\.ts$' },
  ),
  error(
    'log-knows-the-port-only',
    'log/ knows the contract of a store, never an adapter: it imports types only.',
    { path: '^src/log/' },
    { path: '^src/store/', dependencyTypesNot: ['type-only'] },
  ),
  error(
    'parquet-sides-apart',
    'What writes Parquet and what reads it do not know each other.',
    { path: '^src/parquet/(read|write)/' },
    { path: '^src/parquet/(read|write)/', pathNot: ['^src/parquet/$1/'] },
  ),
  error(
    'parquet-format-below',
    'Encodings, thrift and codecs are what both sides of Parquet stand on.',
    { path: '^src/parquet/(encoding|thrift|codec)/' },
    { path: '^src/parquet/(read|write)/' },
  ),
  error(
    'ground-stays-on-the-ground',
    'The ground floor imports nothing from above.',
    { path: ground },
    { path: '^src/', pathNot: [ground] },
  ),
]

const outside = [
  ...Object.entries(packagePlaces).map(([name, place]) =>
    error(
      `place-of-${name.replaceAll(/\W+/g, '-').replace(/^-/, '')}`,
      `${name} is used in ${place} only.`,
      { path: '^src/', pathNot: [place] },
      { path: `(^|/)node_modules/${escaped(name)}/` },
    ),
  ),
  error(
    'packages-have-a-place',
    'A package is imported only where `packagePlaces` says; a new one needs a place and a reason.',
    { path: '^src/' },
    {
      path: 'node_modules/',
      pathNot: [`(^|/)node_modules/(${Object.keys(packagePlaces).map(escaped).join('|')})/`],
    },
  ),
  error(
    'no-dev-dependency-in-src',
    'The package ships without its dev dependencies.',
    { path: '^src/' },
    { dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'] },
  ),
  ...Object.entries(nodePlaces).map(([module, place]) =>
    error(
      `place-of-node-${module}`,
      `node:${module} has a twin for browsers, so it is imported in one file only.`,
      { path: '^src/', pathNot: [place] },
      { dependencyTypes: ['core'], path: `^(node:)?${module}$` },
    ),
  ),
  error(
    'place-of-node-modules',
    'Only store/local, server/node and cli/ may know that they run on Node.',
    { path: '^src/', pathNot: [nodeAnywhere] },
    { dependencyTypes: ['core'], pathNot: [`^(node:)?(${Object.keys(nodePlaces).join('|')})$`] },
  ),
]

const always = [
  error('no-ring', 'No file reaches itself through its imports, types counted.', {}, { circular: true }),
  error('resolvable', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...floors, ...doors, ...outside, ...always],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      conditionNames: ['deltaquill-source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
}
