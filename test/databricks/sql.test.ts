import { expect, test } from 'vitest'
import { quoteIdentifier, quoteText } from '../../src/databricks/index.ts'

test.each([
  ['plain', '`plain`'],
  ['a`; DROP TABLE b; --', '`a``; DROP TABLE b; --`'],
])('the name %s is quoted as %s', (name, quoted) => {
  expect(quoteIdentifier(name)).toBe(quoted)
})

test.each([
  ['s3://b/c', "'s3://b/c'"],
  ["it's", "'it\\'s'"],
  ['end\\', "'end\\\\'"],
])('the text %s is quoted as %s', (text, quoted) => {
  expect(quoteText(text)).toBe(quoted)
})
