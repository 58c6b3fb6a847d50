import { describe, expect, test } from 'vitest'
import { refusing } from '../../fakes/unity-catalog/index.ts'
import { PlaneWorld } from '../plane-world.ts'

describe('the storage credential', () => {
  /** A workspace in which we may try it out, and what is found of it. */
  async function found(
    spoil: (world: PlaneWorld) => void,
    { mayTry = true, only }: { mayTry?: boolean; only?: 'new-tables' } = {},
  ) {
    const world = new PlaneWorld()
    if (mayTry) world.fake.metastore.privileges.own({ type: 'storage_credential', name: 'tables' })
    spoil(world)
    const findings = await world.plane().inspect({ share: 'sales', root: 'memory://tables', only })
    return findings.filter(({ check }) => check === 'storage-credential')
  }
  const refuses =
    (...operations: Parameters<PlaneWorld['fake']['storage']['refusals']['set']>[0][]) =>
    ({ fake }: PlaneWorld): void => {
      for (const operation of operations) fake.storage.refusals.set(operation, `the role may not ${operation}`)
    }
  const message = (text: string) => expect.stringContaining(text)

  test('that works is said to, and nothing is written to find out', async () => {
    expect(await found(refuses('WRITE', 'DELETE'))).toEqual([
      expect.objectContaining({
        ok: true,
        message: message('tables works at memory://tables: READ, LIST, PATH_EXISTS'),
      }),
    ])
  })

  test('works where nothing lies there yet', async () => {
    expect(await found(refuses('PATH_EXISTS'))).toEqual([
      expect.objectContaining({ ok: true, message: message(': READ, LIST') }),
    ])
  })

  test.each(['Path does not exist: memory://tables', 'java.io.FileNotFoundException: 404', 'PathNotFound'])(
    'passes with a doubt where reading fails for nothing lies there yet: %s',
    async (said) => {
      const spoil = ({ fake }: PlaneWorld): void => {
        for (const operation of ['READ', 'LIST', 'PATH_EXISTS'] as const) fake.storage.refusals.set(operation, said)
      }
      expect(await found(spoil)).toEqual([
        expect.objectContaining({ ok: true, message: message('nothing lies there yet') }),
      ])
    },
  )

  test('that does not is told of with each operation that fails, and is the storage’s move', async () => {
    expect(await found(refuses('READ', 'LIST'))).toEqual([
      expect.objectContaining({
        ok: false,
        blame: 'storage',
        message: message('READ fails (the role may not READ); LIST fails (the role may not LIST)'),
        remedy: message('databricks storage-credentials get tables'),
      }),
    ])
  })

  test('whose role nobody can take on is told of, though it is the question that is refused', async () => {
    const text = 'The IAM role for this storage credential was found to be non self-assuming'
    const spoil = ({ fake }: PlaneWorld) => fake.troubles.on(/^POST validate/, refusing(403, 'PERMISSION_DENIED', text))
    expect(await found(spoil)).toEqual([
      expect.objectContaining({ ok: false, blame: 'storage', message: message(text) }),
    ])
  })

  test.each<[string, Parameters<typeof found>, string]>([
    [
      'one may not try out',
      [() => {}, { mayTry: false }],
      'has not CREATE EXTERNAL LOCATION on it and on the metastore',
    ],
    [
      'nobody knows',
      [({ fake }) => fake.troubles.on(/^POST validate/, refusing(404, 'STORAGE_CREDENTIAL_DOES_NOT_EXIST', 'gone'))],
      'gone',
    ],
    [
      'Databricks failed to try',
      [({ fake }) => fake.troubles.on(/^POST validate/, refusing(500, 'INTERNAL_ERROR', 'the trial broke'), Infinity)],
      'the trial broke',
    ],
    [
      'Databricks did not let us ask so',
      [({ fake }) => fake.troubles.on(/^POST validate/, refusing(409, 'RESOURCE_CONFLICT', 'in the way'))],
      'in the way',
    ],
    [
      'nothing was tried with',
      [({ fake }) => fake.troubles.on(/^POST validate/, { instead: Response.json({}) })],
      'Databricks tried nothing',
    ],
  ])('that %s passes with a doubt, and with who can tell', async (_, given, why) => {
    const command = `databricks storage-credentials validate --json '{"storage_credential_name":"tables","external_location_name":"tables","url":"memory://tables","read_only":true}'`
    const [finding, ...more] = await found(...given)
    expect([finding, more]).toEqual([expect.objectContaining({ ok: true, message: message(why) }), []])
    expect(finding?.message).toContain(command)
  })

  test('is none of a table’s concern that comes later', async () => {
    expect(await found(refuses('READ'), { only: 'new-tables' })).toEqual([])
  })
})
