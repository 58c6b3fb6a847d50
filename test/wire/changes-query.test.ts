import { describe, expect, test } from 'vitest'
import { formatChangesQuery, parseChangesQuery, parsePointQuery } from '../../src/wire/index.ts'

const PLAIN = { includeHistoricalMetadata: false, includeHistoricalProtocol: false }
const NOON = Date.UTC(2026, 0, 2, 12)

describe('a query for changes', () => {
  test.each([
    [{ startingVersion: '0' }, { ...PLAIN, startingVersion: 0 }],
    [
      { startingVersion: '3', endingVersion: '5', maxFiles: '10', pageToken: 'abc' },
      { ...PLAIN, startingVersion: 3, endingVersion: 5, maxFiles: 10, pageToken: 'abc' },
    ],
    [
      { startingTimestamp: '2026-01-02T12:00:00Z', endingTimestamp: '2026-01-02 12:00:00' },
      { ...PLAIN, startingTimestamp: NOON, endingTimestamp: NOON },
    ],
    [
      { startingVersion: '1', includeHistoricalMetadata: 'True', includeHistoricalProtocol: 'false' },
      { ...PLAIN, startingVersion: 1, includeHistoricalMetadata: true },
    ],
    [
      { startingVersion: '1', endingVersion: '', startingTimestamp: '', pageToken: '', unknown: 'x' },
      { ...PLAIN, startingVersion: 1 },
    ],
  ])('%j is understood', (parameters, query) => {
    expect(parseChangesQuery(parameters)).toEqual(query)
  })

  test.each([
    {},
    { endingVersion: '3' },
    { startingVersion: '-1' },
    { startingVersion: '1.5' },
    { startingVersion: 'first' },
    { startingVersion: '9007199254740993' },
    { startingVersion: '1', startingTimestamp: '2026-01-02' },
    { startingVersion: '1', endingVersion: '2', endingTimestamp: '2026-01-02' },
    { startingTimestamp: 'yesterday' },
    { startingVersion: '1', includeHistoricalMetadata: 'maybe' },
  ])('%j is refused', (parameters) => {
    expect(() => parseChangesQuery(parameters)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  test('reads back as our own client writes it', () => {
    const query = { ...PLAIN, startingTimestamp: NOON, endingVersion: 7, includeHistoricalMetadata: true, maxFiles: 2 }
    expect(parseChangesQuery(Object.fromEntries(new URLSearchParams(formatChangesQuery(query))))).toEqual(query)
    expect(formatChangesQuery({ startingVersion: 1, pageToken: undefined })).toBe('startingVersion=1')
  })
})

describe('a query for metadata', () => {
  test.each([
    [{}, {}],
    [{ version: '4' }, { version: 4 }],
    [{ timestamp: '2026-01-02T12:00:00Z' }, { timestamp: NOON }],
    [{ version: '', timestamp: '', other: 'x' }, {}],
  ])('%j is understood', (parameters, point) => {
    expect(parsePointQuery(parameters)).toEqual(point)
  })

  test.each([
    { version: 'latest' },
    { version: '9007199254740992' },
    { timestamp: 'now' },
    { version: '1', timestamp: '2026-01-02' },
  ])('%j is refused', (parameters) => {
    expect(() => parsePointQuery(parameters)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
