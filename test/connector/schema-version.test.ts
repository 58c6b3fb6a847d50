import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignVersion, type SchemaVersion } from '../../src/connector/index.ts'

const known: readonly SchemaVersion[] = [
  { version: 3, layoutHash: 'c' },
  { version: 1, layoutHash: 'a' },
  { version: 2, layoutHash: 'b' },
]

describe('a schema without a number', () => {
  test('is the first where there is none', () => {
    expect(assignVersion([], { layoutHash: 'a' })).toEqual({ version: 1, isNew: true })
  })

  test('keeps the newest version while the layout stays', () => {
    expect(assignVersion(known, { layoutHash: 'c', version: null })).toEqual({ version: 3, isNew: false })
  })

  test.each(['d', 'a'])(
    'gets the next number when the layout changes, also back to an earlier one (%s)',
    (layoutHash) => {
      expect(assignVersion(known, { layoutHash })).toEqual({ version: 4, isNew: true })
    },
  )

  test('always leaves the newest schema with the highest number', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), (layouts) => {
        const versions: SchemaVersion[] = []
        for (const layoutHash of layouts) {
          const { version, isNew } = assignVersion(versions, { layoutHash })
          if (isNew) versions.push({ version, layoutHash })
          expect(version).toBe(versions.length)
          expect(versions.at(-1)?.layoutHash).toBe(layoutHash)
        }
      }),
    )
  })
})

describe("the caller's number", () => {
  test('may be that of any version with the same layout: an older run that is brought in', () => {
    expect(assignVersion(known, { layoutHash: 'a', version: 1 })).toEqual({ version: 1, isNew: false })
  })

  test('may be new if it is the highest, with gaps and with a layout that is there', () => {
    expect(assignVersion(known, { layoutHash: 'c', version: 7 })).toEqual({ version: 7, isNew: true })
    expect(assignVersion([], { layoutHash: 'c', version: 7 })).toEqual({ version: 7, isNew: true })
  })

  test.each([
    { why: 'was published with other columns', version: 2, known },
    { why: 'is new but not the highest', version: 2, known: [{ version: 3, layoutHash: 'c' }] },
  ])('is refused when it $why', ({ version, known }) => {
    expect(() => assignVersion(known, { layoutHash: 'z', version })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
  })
})
