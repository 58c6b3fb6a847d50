import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AddFile } from '../../src/log/index.ts'
import { lotsOf, packFiles } from '../../src/table/pack-files.ts'

const TARGET = 100
const VECTOR = { storageType: 'i', pathOrInlineDv: 'x', sizeInBytes: 1, cardinality: 1 } as const

const files: fc.Arbitrary<AddFile[]> = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 150 }), part: fc.nat(2), marked: fc.boolean() }), {
    maxLength: 30,
  })
  .map((sizes) =>
    sizes.map(({ size, part, marked }, index) => ({
      path: `f${index}`,
      partitionValues: { a: part === 2 ? null : String(part), b: 'x' },
      size,
      modificationTime: 1,
      dataChange: true,
      ...(marked && index % 3 === 0 && { deletionVector: VECTOR }),
    })),
  )

test('a pack has files of one partition, each once, and does not outgrow the target unless one file does alone', () => {
  fc.assert(
    fc.property(files, (all) => {
      const packs = packFiles(all, TARGET)
      const packed = packs.flatMap((pack) => pack.files)
      expect(new Set(packed).size).toBe(packed.length)
      for (const pack of packs) {
        expect(new Set(pack.files.map(({ partitionValues }) => partitionValues.a)).size).toBe(1)
        expect(pack.bytes).toBe(pack.files.reduce((sum, { size }) => sum + size, 0))
        if (pack.files.length > 1) expect(pack.bytes).toBeLessThanOrEqual(TARGET)
        else expect(pack.files[0]?.deletionVector).toBeDefined()
      }
      for (const file of all) if (file.deletionVector) expect(packed).toContain(file)
    }),
  )
})

test('of the files that stay, no two of a partition would fit together', () => {
  fc.assert(
    fc.property(files, (all) => {
      const packed = new Set(packFiles(all, TARGET).flatMap((pack) => pack.files))
      const left = all.filter((file) => !packed.has(file))
      for (const [i, a] of left.entries()) {
        for (const b of left.slice(i + 1)) {
          if (a.partitionValues.a === b.partitionValues.a) expect(a.size + b.size).toBeGreaterThan(TARGET)
        }
      }
    }),
  )
})

test('lots have all packs in their order, and more than their bytes only for one pack', () => {
  fc.assert(
    fc.property(files, (all) => {
      const packs = packFiles(all, TARGET)
      const lots = [...lotsOf(packs, 250)]
      expect(lots.flat()).toEqual(packs)
      for (const lot of lots)
        if (lot.length > 1) expect(lot.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(250)
    }),
  )
})
