import { expect, test } from 'vitest'
import { remember } from '../../src/server/remember.ts'

function counting(most: number) {
  const asked: string[] = []
  const upper = remember((text: string) => {
    asked.push(text)
    return text.toUpperCase()
  }, most)
  return { upper, asked }
}

test('what was asked before is not made again', () => {
  const { upper, asked } = counting(10)
  expect(['a', 'b', 'a', 'b'].map(upper)).toEqual(['A', 'B', 'A', 'B'])
  expect(asked).toEqual(['a', 'b'])
})

test('no more is kept than was said, whatever is asked', () => {
  const { upper, asked } = counting(2)
  expect(['a', 'b', 'c', 'c', 'a'].map(upper)).toEqual(['A', 'B', 'C', 'C', 'A'])
  expect(asked).toEqual(['a', 'b', 'c', 'a'])
})
