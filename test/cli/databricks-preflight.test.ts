import { describe, expect, test } from 'vitest'
import type { FakeDatabricks } from '../fakes/unity-catalog/index.ts'
import { connectorPlace } from './connector-place.ts'
import { pasted, sharingIdentifier, signIn, workspaceOver } from './databricks-place.ts'

const { cwd, env, deltaquill, json, failed, file } = connectorPlace('preflight')
const METASTORE = '5c3d1a4e-0f6b-4d2a-9a7e-2f1f6f9a1c11'

interface Missing {
  readonly check: string
  readonly blame: 'kadoa' | 'customer' | 'databricks' | 'storage'
  readonly remedy: string
  /** What is not as it should be in the workspace. */
  readonly spoil?: (workspace: FakeDatabricks) => void
  /** What the configuration says otherwise. */
  readonly config?: object
  readonly locations?: Readonly<Record<string, string>>
}

const revoked =
  (type: 'metastore' | 'catalog' | 'external_location', name: string, privilege: string) => (fake: FakeDatabricks) =>
    fake.metastore.privileges.revoke(type === 'metastore' ? fake.metastore.securable : { type, name }, [privilege])

const missing: readonly [string, Missing][] = [
  [
    'Delta Sharing outside of the account',
    {
      check: 'sharing-scope',
      blame: 'kadoa',
      remedy: 'account admin',
      spoil: ({ metastore }) => {
        metastore.sharingScope = 'INTERNAL'
        metastore.isAdmin = true
      },
    },
  ],
  [
    'Delta Sharing',
    {
      check: 'sharing-scope',
      blame: 'kadoa',
      remedy: 'account admin',
      spoil: ({ metastore }) => {
        metastore.sharingScope = undefined
      },
    },
  ],
  [
    'external data access',
    {
      check: 'external-access',
      blame: 'kadoa',
      remedy: 'metastore admin',
      spoil: (fake) => {
        fake.metastore.externalAccessEnabled = false
      },
    },
  ],
  [
    "another metastore than the provider's",
    {
      check: 'sharing-identifier',
      blame: 'customer',
      remedy: 'SELECT CURRENT_METASTORE()',
      config: { recipient: { mode: 'databricks', sharingIdentifier: `aws:us-east-1:${METASTORE}` } },
    },
  ],
  ['a catalog', { check: 'catalog', blame: 'kadoa', remedy: 'CREATE CATALOG `other`', config: { catalog: 'other' } }],
  [
    'an external location',
    {
      check: 'external-location',
      blame: 'kadoa',
      remedy: 'CREATE EXTERNAL LOCATION',
      locations: { kadoa: 's3://elsewhere' },
    },
  ],
  [
    'a storage credential that works',
    {
      check: 'storage-credential',
      blame: 'storage',
      remedy: 'trust policy',
      spoil: (fake) => {
        fake.metastore.privileges.own({ type: 'storage_credential', name: 'kadoa' })
        fake.storage.refusals.set('READ', 'AWS IAM role does not have READ permissions')
      },
    },
  ],
  ...(
    [
      ['metastore', METASTORE, 'CREATE_SHARE'],
      ['metastore', METASTORE, 'CREATE_RECIPIENT'],
      ['metastore', METASTORE, 'USE_RECIPIENT'],
      ['external_location', 'kadoa', 'CREATE_EXTERNAL_TABLE'],
      ['external_location', 'kadoa', 'EXTERNAL_USE_LOCATION'],
      ['catalog', 'kadoa_prod', 'USE_CATALOG'],
      ['catalog', 'kadoa_prod', 'CREATE_SCHEMA'],
      ['catalog', 'kadoa_prod', 'EXTERNAL_USE_SCHEMA'],
    ] as const
  ).map(([type, name, privilege]): [string, Missing] => [
    `the privilege ${privilege}`,
    {
      check: 'privileges',
      blame: 'kadoa',
      remedy: `GRANT ${privilege.replaceAll('_', ' ')} ON`,
      spoil: revoked(type, name, privilege),
    },
  ]),
  [
    'room for another share',
    {
      check: 'quota',
      blame: 'databricks',
      remedy: 'raise the limit',
      spoil: (fake) => {
        fake.metastore.limits.sharesPerMetastore = 0
      },
    },
  ],
]

describe('provision on Databricks, before it makes anything, finds that there is not', () => {
  test.each(missing)('%s', async (_, { check, blame, remedy, spoil, config, locations }) => {
    const root = `file://${cwd}/root`
    const { fake, close } = await workspaceOver(root, locations && { locations })
    try {
      spoil?.(fake)
      Object.assign(env, signIn(fake))
      const path = file('acme.json', pasted('acme', config))
      const { exit, error } = await failed('provision', '--config', path)
      expect({ exit, code: error.code }).toEqual({ exit: 3, code: 'permission-denied' })
      expect(error.problems).toContainEqual(
        expect.objectContaining({ check, blame, remedy: expect.stringContaining(remedy) }),
      )
      expect(fake.shares.shown()).toEqual([])
      const asking = /^(\/oidc\/|validate-storage-credentials$)/
      expect(fake.calls.filter(({ method, path: at }) => method !== 'GET' && !asking.test(at))).toEqual([])
    } finally {
      await close()
    }
  })
})

test('a sharing identifier that is none is refused before the workspace is asked', async () => {
  Object.assign(env, { DATABRICKS_HOST: 'http://127.0.0.1:9' })
  const recipient = { mode: 'databricks', sharingIdentifier: sharingIdentifier.slice(0, -1) }
  expect(await failed('provision', '--config', file('acme.json', pasted('acme', { recipient })))).toMatchObject({
    exit: 2,
    error: { message: expect.stringContaining('recipient.sharingIdentifier: ') },
  })
})

test('a sharing identifier that Databricks does not know is the customer’s, and the corrected file goes on', async () => {
  const { fake, close } = await workspaceOver(`file://${cwd}/root`)
  try {
    Object.assign(env, signIn(fake))
    const unknown = { mode: 'databricks', sharingIdentifier: sharingIdentifier.replace('aws', 'foo') }
    const path = file('wrong.json', pasted('wrong', { recipient: unknown }))
    for (let attempt = 0; attempt < 2; attempt++) {
      const { exit, error } = await failed('provision', '--config', path)
      expect({ exit, blame: error.blame }).toEqual({ exit: 2, blame: 'customer' })
      expect(error.message).toContain('ask the customer')
    }
    expect([fake.shares.shown(), fake.namespaces.schemas, fake.recipients.count]).toEqual([[], [], 0])
    file('wrong.json', pasted('wrong'))
    const { exit, stderr } = await deltaquill(['provision', '--config', path])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(fake.shares.readersOf('kadoa_wrong')).toEqual(['kadoa_wrong'])
    expect(await json('status', 'wrong')).toMatchObject({ recipient: { sharingIdentifier } })
    expect((await deltaquill(['verify', 'wrong'])).exit).toBe(0)
    file('wrong.json', pasted('wrong', { recipient: unknown }))
    expect((await failed('provision', '--config', path)).error.message).toContain('update it')
  } finally {
    await close()
  }
})

test('a metastore of another account, where nobody told before that none is shared with, has no share made for it', async () => {
  const { fake, close } = await workspaceOver(`file://${cwd}/root`)
  try {
    fake.metastore.sharingScope = 'INTERNAL'
    Object.assign(env, signIn(fake))
    const path = file('outside.json', pasted('outside'))
    const { exit, error } = await failed('provision', '--config', path)
    expect({ exit, blame: error.blame }).toEqual({ exit: 6, blame: 'kadoa' })
    expect([fake.shares.shown(), fake.namespaces.schemas, fake.recipients.count]).toEqual([[], [], 0])
    fake.metastore.sharingScope = 'INTERNAL_AND_EXTERNAL'
    expect((await deltaquill(['provision', '--config', path])).exit).toBe(0)
    expect((await deltaquill(['verify', 'outside'])).exit).toBe(0)
  } finally {
    await close()
  }
})

test('a cloud that is not known is warned of, to people and to programs, and taken', async () => {
  const { fake, close } = await workspaceOver(`file://${cwd}/root`)
  try {
    fake.metastore.clouds.push('foo')
    Object.assign(env, signIn(fake))
    const recipient = { mode: 'databricks', sharingIdentifier: sharingIdentifier.replace('aws', 'foo') }
    const { exit, stdout, stderr } = await deltaquill([
      'provision',
      '--config',
      file('new.json', pasted('new', { recipient })),
      '--json',
    ])
    const notice = expect.stringContaining('of the cloud "foo", where Databricks is not known to run')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: notice })
    expect(JSON.parse(stdout)).toMatchObject({ connector: 'new', notices: [notice] })
  } finally {
    await close()
  }
})
