import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileSet } from '../../src/log/file-set.ts'
import { add } from './table.ts'

const change = fc.record({ key: fc.integer({ min: 0, max: 40 }).map(String), size: fc.option(fc.nat(100)) })

test('a set of files behaves like a map that is copied at every change', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 40 }), (commits) => {
      let set = FileSet.empty()
      const map = new Map<string, number>()
      const earlier: [FileSet, number[]][] = []
      for (const changes of commits) {
        const edit = set.edit()
        for (const { key, size } of changes) size === null ? edit.drop(key) : edit.put(key, add(key, { size }).add)
        set = edit.done()
        for (const { key, size } of changes) {
          map.delete(key)
          if (size !== null) map.set(key, size)
        }
        earlier.push([set, [...map.values()]])
        expect(set.size).toBe(map.size)
        expect(set.bytes).toBe([...map.values()].reduce((sum, size) => sum + size, 0))
        expect(new Map(Array.from(set.values(), (file) => [file.path, file.size]))).toEqual(map)
        for (const [key, size] of map) expect(set.get(key)?.size).toBe(size)
      }
      for (const [old, sizes] of earlier) expect(Array.from(old.values(), (file) => file.size)).toEqual(sizes)
    }),
  )
})
