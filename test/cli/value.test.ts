import { describe, expect, test } from 'vitest'
import {
  duration,
  instant,
  jsonObject,
  names,
  oneOf,
  port,
  property,
  versionOrLatest,
  wholeNumber,
} from '../../src/cli/value.ts'

describe('what an option takes:', () => {
  test.each([
    ['a duration in days', duration('90d'), 7_776_000_000],
    ['a duration of nothing', duration('0'), 0],
    ['seconds', duration('5s'), 5000],
    ['a date as its midnight in UTC', instant('2026-01-02'), Date.UTC(2026, 0, 2)],
    ['a time with an offset', instant('2026-01-02T03:04:05+01:00'), Date.UTC(2026, 0, 2, 2, 4, 5)],
    ['names with spaces around', names('a, b'), ['a', 'b']],
    ['a property whose value has an equals sign', property('a.b=c=d'), ['a.b', 'c=d']],
    ['an empty property value', property('a='), ['a', '']],
    ['any free port', port('0'), 0],
    ['the newest version', versionOrLatest('latest'), 'latest'],
    ['a version', versionOrLatest('3'), 3],
    ['numbers in JSON, digit for digit', jsonObject('{"id": 9007199254740993}'), { id: 9007199254740993n }],
  ])('%s', (_, value, expected) => {
    expect(value).toEqual(expected)
  })
})

describe('what an option refuses, saying what it expects:', () => {
  test.each([
    [() => duration('90 days'), 'expected a time such as 90d, 24h, 15m or 5s, found "90 days"'],
    [() => duration(''), 'found nothing'],
    [() => instant('yesterday'), 'expected a time such as 2026-01-02T03:04:05Z, found "yesterday"'],
    [() => instant('2026-01-02T03:04:05'), 'expected a time such as'],
    [() => instant('2026-13-01'), 'expected a time such as'],
    [() => wholeNumber('-1'), 'expected a whole number from 0, found "-1"'],
    [() => wholeNumber('9007199254740993'), 'expected a whole number from 0'],
    [() => port('65536'), 'to 65535, found "65536"'],
    [() => names('a,,b'), 'expected names separated by commas'],
    [() => property('a'), 'expected KEY=VALUE, found "a"'],
    [() => jsonObject('[1]'), 'expected a JSON object'],
    [() => jsonObject('{a: 1}'), 'expected a JSON object such as {"country": "DE"}, found "{a: 1}"'],
    [() => oneOf('error', 'append')('add'), 'expected one of error, append, found "add"'],
  ])('%#', (parse, message) => {
    expect(parse).toThrow(message)
  })
})
