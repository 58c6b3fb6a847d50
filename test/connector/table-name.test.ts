import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  claimWorkflowName,
  formatLatestTable,
  formatVersionTable,
  METADATA_TABLES,
  parseTableName,
  workflowName,
} from '../../src/connector/index.ts'

describe('the name of a workflow in its tables', () => {
  test.each([
    ['a UUID, in capitals', '1f0c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b', '1F0C2A34_5B6D_4E7F_8A9B_0C1D2E3F4A5B'],
    ['24 hexadecimal digits', '64b7f0c2a3456b7d8e9f0a1b', '64B7F0C2A3456B7D8E9F0A1B'],
    ['digits', '123456789', '123456789'],
    ['both cases', 'aB', 'AB_X'],
    ['a versioned name, which it must not forge', 'a__V2', 'A_V2_X'],
    ['other letters', 'Übersicht', 'BERSICHT_X'],
    ['more than 64 characters', 'a'.repeat(65), `${'A'.repeat(40)}_X`],
    ['an underscore where it is cut', `${'a'.repeat(39)}-${'b'.repeat(30)}`, `${'A'.repeat(39)}_X`],
    ['nothing', '', 'ID_XE3B0C44298'],
    ['nothing that can be kept', '---', 'ID_X'],
  ])('from %s', (_, id, name) => {
    expect(workflowName(id).slice(0, name.length)).toBe(name)
  })

  test('tells ids apart that are made readable in the same way', () => {
    // printf %s wf_abc123 | sha256sum
    expect(workflowName('wf_abc123')).toBe('WF_ABC123_X2C93E2423D')
    expect(workflowName('wf-abc123')).toMatch(/^WF_ABC123_X(?!2C93E2423D)[0-9A-F]{10}$/)
  })

  test('is capitals, digits and single underscores, at most 64 characters, for any id', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 100 }), fc.uuid()), (id) => {
        expect(workflowName(id)).toMatch(/^(?=.{1,64}$)[A-Z0-9]+(_[A-Z0-9]+)*$/)
      }),
    )
  })

  test('is claimed by one workflow: of two ids with the same capitals the second is refused', () => {
    const owners = new Map([[claimWorkflowName(new Map(), 'abc'), 'abc']])
    expect(claimWorkflowName(owners, 'abc')).toBe('ABC')
    expect(() => claimWorkflowName(owners, 'ABC')).toThrow(expect.objectContaining({ code: 'already-exists' }))
  })
})

describe('the name of a table', () => {
  test('is read back, whatever case it comes in', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.boolean(), (id, version, lower) => {
        const workflow = workflowName(id)
        const written = (name: string): string => (lower ? name.toLowerCase() : name)
        expect(parseTableName(written(formatVersionTable(id, version)))).toEqual({ kind: 'version', workflow, version })
        expect(parseTableName(written(formatLatestTable(id)))).toEqual({ kind: 'latest', workflow })
      }),
    )
  })

  test.each(METADATA_TABLES)('%s is that of a metadata table', (table) => {
    expect(parseTableName(table.toLowerCase())).toEqual({ kind: 'metadata', table })
  })

  test.each([
    'WF_A__V0',
    'WF_A__V01',
    'WF_A__V',
    'WF_A__V2147483648',
    'WF_A__V1__V2',
    'WF_A_V1',
    'WF___V1',
    'WF__A__V1',
    'WF_A___LATEST',
    'WF_A__LATEST2',
    'xWF_A__LATEST',
    'WF_A__LATEST\n',
    'orders',
    'actıvıty_log',
    '',
  ])('%j is none of ours', (name) => {
    expect(parseTableName(name)).toBeUndefined()
  })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 31])('has no version %d', (version) => {
    expect(() => formatVersionTable('a', version)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
