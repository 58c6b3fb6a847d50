import { expect, test } from 'vitest'
import {
  flag,
  optional,
  optionalValue,
  optionFlag,
  optionVariable,
  repeated,
  required,
  withDefault,
} from '../../src/cli/option.ts'
import { onOrOff, wholeNumber } from '../../src/cli/value.ts'

test('the name of an option and of its variable come from one key', () => {
  expect(optionFlag('partitionBy')).toBe('--partition-by')
  expect(optionVariable('partitionBy')).toBe('DELTAQUILL_PARTITION_BY')
})

test('the name under which a wrong value was given stands in the message', () => {
  const limit = optional('n', 'rows', wholeNumber)
  expect(() => limit.read(['x'], 'DELTAQUILL_LIMIT')).toThrow('DELTAQUILL_LIMIT: expected a whole number')
})

test('given twice, the last value holds', () => {
  expect(optional('n', 'rows', wholeNumber).read(['1', '2'], '--limit')).toBe(2)
})

test('a missing option is undefined, its default, or refused', () => {
  expect(optional('n', 'rows', wholeNumber).read(undefined, '--limit')).toBeUndefined()
  expect(withDefault('n', 'rows', wholeNumber, '7').read(undefined, '--limit')).toBe(7)
  expect(() => required('n', 'how many rows', wholeNumber).read(undefined, '--limit')).toThrow(
    '--limit is missing (how many rows); see --help',
  )
})

test('a repeated option takes one value a line from its variable', () => {
  expect(repeated('n', 'rows', wholeNumber).read(['1\n2', '3'], '--limit')).toEqual([1, 2, 3])
})

test('a switch with a value takes the words that a flag takes in its variable', () => {
  const history = optionalValue('true|false', 'whether', onOrOff)
  for (const word of ['1', 'TRUE', 'yes']) expect(history.read([word], 'x')).toBe(true)
  for (const word of ['0', 'False', 'no']) expect(history.read([word], 'x')).toBe(false)
  for (const word of ['', 'on']) expect(() => history.read([word], 'x')).toThrow(/^x: expected true or false/)
})

test('a flag is off, on, or what its variable says', () => {
  const once = flag('only once')
  expect([undefined, ['true'], ['1'], ['no'], ['0']].map((texts) => once.read(texts, '--once'))).toEqual([
    false,
    true,
    true,
    false,
    false,
  ])
  expect(() => once.read(['maybe'], 'DELTAQUILL_ONCE')).toThrow(
    'DELTAQUILL_ONCE: expected true or false, found "maybe"',
  )
})
