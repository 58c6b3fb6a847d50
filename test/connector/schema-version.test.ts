import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignVersion, type SchemaVersion } from '../../src/connector/index.ts'

/** A run that finished on a day of January. */
const ran = (day: number) => ({
  runId: `run-${day}`,
  finishedAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000000Z`,
})
const version = (number: number, layoutHash: string, first: number, last: number): SchemaVersion => {
  return { version: number, layoutHash, runs: first === last ? [ran(first)] : [ran(first), ran(last)] }
}
const known = [version(3, 'c', 11, 15), version(1, 'a', 1, 5), version(2, 'b', 6, 10)]

describe('a schema without a number, of a run that is newer than all others,', () => {
  test('is the first where there is none', () => {
    expect(assignVersion([], { layoutHash: 'a', run: ran(1) })).toEqual({ version: 1, isNew: true })
  })

  test("keeps the newest run's version while the layout stays", () => {
    expect(assignVersion(known, { layoutHash: 'c', version: null, run: ran(16) })).toEqual({ version: 3, isNew: false })
  })

  test("keeps the newest run's version also where history that came later has higher numbers", () => {
    const withHistory = [version(1, 'now', 20, 20), version(2, 'then', 1, 9)]
    expect(assignVersion(withHistory, { layoutHash: 'now', run: ran(21) })).toEqual({ version: 1, isNew: false })
  })

  test.each(['d', 'a'])(
    'gets the next number when the layout changes, also back to an earlier one (%s)',
    (layoutHash) => {
      expect(assignVersion(known, { layoutHash, run: ran(16) })).toEqual({ version: 4, isNew: true })
    },
  )

  test('gets a number for each change, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 28 }), (layouts) => {
        const versions: SchemaVersion[] = []
        for (const [index, layoutHash] of layouts.entries()) {
          const run = ran(index + 1)
          const assigned = assignVersion(versions, { layoutHash, run })
          const newest = assigned.isNew ? undefined : versions.pop()
          versions.push({ version: assigned.version, layoutHash, runs: [...(newest?.runs ?? []), run] })
          expect(assigned.version).toBe(versions.length)
          expect(newest?.layoutHash ?? layoutHash).toBe(layoutHash)
        }
      }),
    )
  })
})

describe('a schema without a number, of a run that comes late,', () => {
  test('belongs to the highest version of its layout', () => {
    const again = [...known, version(4, 'a', 16, 17)]
    expect(assignVersion(again, { layoutHash: 'a', run: ran(3) })).toEqual({ version: 4, isNew: false })
    expect(assignVersion(known, { layoutHash: 'b', run: ran(12) })).toEqual({ version: 2, isNew: false })
  })

  test('gets a number of its own where no version has its layout', () => {
    expect(assignVersion(known, { layoutHash: 'z', run: ran(3) })).toEqual({ version: 4, isNew: true })
  })
})

test('a run that asks again gets the same answer', () => {
  expect(assignVersion(known, { layoutHash: 'c', run: ran(15) })).toEqual({ version: 3, isNew: false })
  expect(assignVersion(known, { layoutHash: 'b', run: ran(10) })).toEqual({ version: 2, isNew: false })
})

describe('a version that no run has any more', () => {
  const unused: SchemaVersion = { version: 2, layoutHash: 'b', runs: [] }

  test('does not decide: the next run keeps that of the newest that is left', () => {
    expect(assignVersion([version(1, 'a', 1, 1), unused], { layoutHash: 'a', run: ran(3) })).toMatchObject({
      version: 1,
    })
  })

  test('is taken again by the next change to its layout, unless the layout changed since', () => {
    const layoutB = { layoutHash: 'b', run: ran(9) }
    expect(assignVersion([version(1, 'a', 1, 1), unused], layoutB)).toEqual({ version: 2, isNew: false })
    expect(assignVersion([version(1, 'a', 1, 1), unused, version(3, 'c', 4, 4)], layoutB)).toMatchObject({ version: 4 })
  })

  test('keeps its number, for its table is there', () => {
    expect(assignVersion([version(1, 'a', 1, 1), unused], { layoutHash: 'c', run: ran(9) })).toEqual({
      version: 3,
      isNew: true,
    })
  })
})

describe('a run that comes again', () => {
  test('with another layout leaves the version that it had', () => {
    const versions = [version(1, 'a', 1, 1), version(2, 'b', 2, 2)]
    expect(assignVersion(versions, { layoutHash: 'a', run: ran(2) })).toEqual({ version: 1, isNew: false })
  })

  test('keeps its version when its layout came back since', () => {
    const versions = [version(1, 'a', 1, 1), version(2, 'b', 2, 2), version(3, 'a', 3, 3)]
    expect(assignVersion(versions, { layoutHash: 'a', run: ran(1) })).toEqual({ version: 1, isNew: false })
  })
})

describe('the highest number that there is', () => {
  const last = version(2 ** 31 - 1, 'a', 1, 2)

  test('is not counted beyond: the next layout is refused, with what helps', () => {
    expect(() => assignVersion([last], { layoutHash: 'b', run: ran(3) })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(/2147483647.*take the runs/),
      }),
    )
    expect(assignVersion([last], { layoutHash: 'a', run: ran(3) })).toMatchObject({ version: 2 ** 31 - 1 })
  })

  test("stands in nobody's way once its runs are taken back", () => {
    const known = [version(1, 'a', 1, 1), { ...last, layoutHash: 'b', runs: [] }]
    expect(assignVersion(known, { layoutHash: 'c', run: ran(3) })).toEqual({ version: 2, isNew: true })
  })
})

describe("the caller's number", () => {
  test('may be that of any version with the same layout: an older run that is brought in', () => {
    expect(assignVersion(known, { layoutHash: 'a', version: 1, run: ran(4) })).toEqual({ version: 1, isNew: false })
  })

  test('is kept by a run that has it, whatever came since', () => {
    const versions = [version(1, 'a', 5, 5), version(2, 'b', 4, 4)]
    expect(assignVersion(versions, { layoutHash: 'a', version: 1, run: ran(5) })).toEqual({ version: 1, isNew: false })
  })

  test('may be a new one above all others, with gaps and with a layout that is there', () => {
    expect(assignVersion(known, { layoutHash: 'c', version: 7, run: ran(16) })).toEqual({ version: 7, isNew: true })
    expect(assignVersion([], { layoutHash: 'c', version: 7, run: ran(1) })).toEqual({ version: 7, isNew: true })
  })

  test('may be a new one below others for a run that is older than theirs: history that is brought in', () => {
    const live = [version(5, 'c', 20, 20)]
    expect(assignVersion(live, { layoutHash: 'a', version: 2, run: ran(3) })).toEqual({ version: 2, isNew: true })
  })

  test.each([
    { why: 'was published with other columns', number: 2, versions: known },
    { why: "is new and stands before an older run's", number: 2, versions: [version(3, 'c', 1, 1)] },
    {
      why: "is there and stands before an older run's",
      number: 1,
      versions: [version(1, 'z', 1, 1), version(2, 'b', 2, 2)],
    },
  ])('is refused when it $why', ({ number, versions }) => {
    expect(() => assignVersion(versions, { layoutHash: 'z', version: number, run: ran(9) })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
  })
})
