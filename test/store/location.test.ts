import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatLocation, type Location, parseLocation } from '../../src/store/index.ts'

describe('a location is parsed', () => {
  test.each<[string, Location]>([
    ['s3://bucket', { scheme: 's3', bucket: 'bucket', prefix: '' }],
    ['s3://bucket/', { scheme: 's3', bucket: 'bucket', prefix: '' }],
    ['S3://my.bucket/tables/orders/', { scheme: 's3', bucket: 'my.bucket', prefix: 'tables/orders' }],
    ['s3://bucket/p=%20 Köln?#', { scheme: 's3', bucket: 'bucket', prefix: 'p=%20 Köln?#' }],
    ['file:///data/tables', { scheme: 'file', path: '/data/tables' }],
    ['file://localhost/data/', { scheme: 'file', path: '/data' }],
    ['file:///with%20space/%25', { scheme: 'file', path: '/with space/%' }],
    ['/data/tables/', { scheme: 'file', path: '/data/tables' }],
    ['/', { scheme: 'file', path: '/' }],
    ['tables', { scheme: 'file', path: 'tables' }],
    ['./with%20percent', { scheme: 'file', path: './with%20percent' }],
    ['C:\\data\\tables', { scheme: 'file', path: 'C:\\data\\tables' }],
    ['memory://name', { scheme: 'memory', name: 'name', prefix: '' }],
    ['memory://name/a/b', { scheme: 'memory', name: 'name', prefix: 'a/b' }],
  ])('%s', (text, expected) => {
    expect(parseLocation(text)).toEqual(expected)
  })
})

describe('a location that is none of ours is refused with the way out', () => {
  test.each([
    ['', 'invalid-argument', 'empty'],
    ['   ', 'invalid-argument', 'empty'],
    ['gs://bucket/x', 'unsupported', 'Google Cloud Storage'],
    ['abfss://container@account/x', 'unsupported', 'Azure'],
    ['https://host/bucket', 'unsupported', 'AWS_ENDPOINT_URL_S3'],
    ['s3a://bucket/x', 'unsupported', 'write s3:// instead'],
    ['hdfs://name/x', 'unsupported', 'HDFS'],
    ['foo://bar', 'invalid-argument', 's3://bucket/prefix'],
    ['s3:/bucket/x', 'invalid-argument', '"//"'],
    ['file:/data', 'invalid-argument', '"//"'],
    ['s3://', 'invalid-argument', 'bucket'],
    ['s3://b', 'invalid-argument', 'three characters at least'],
    ['s3://-bucket-/x', 'invalid-argument', 'a letter or digit first and last'],
    ['s3://bucket//x', 'invalid-argument', 'empty segment'],
    ['s3://bucket/a/../b', 'invalid-argument', '".."'],
    ['file://host/dir', 'invalid-argument', 'three slashes'],
    ['file:///100%', 'invalid-argument', '%25'],
    ['memory://', 'invalid-argument', 'memory://name'],
    ['memory://name/../other', 'invalid-argument', '".."'],
  ])('%s', (text, code, hint) => {
    expect(() => parseLocation(text)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(hint) }))
  })

  test('and credentials in it never enter the message', () => {
    for (const text of ['s3://AKIA123:topsecret@bucket/x', 's3://topsecret@bucket']) {
      expect(() => parseLocation(text)).toThrow(
        expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('topsecret') }),
      )
    }
  })
})

test('what is formatted parses to the same location', () => {
  const segment = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => /^[^/\p{C}]+$/u.test(text) && !/^\.+$/.test(text))
  const prefix = fc.array(segment, { maxLength: 3 }).map((segments) => segments.join('/'))
  const location = fc.oneof(
    fc.record({
      scheme: fc.constant('s3' as const),
      bucket: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{1,40}[a-z0-9]$/),
      prefix,
    }),
    fc.record({ scheme: fc.constant('file' as const), path: prefix.map((path) => `/${path}`) }),
    fc.record({ scheme: fc.constant('memory' as const), name: segment, prefix }),
  )
  fc.assert(
    fc.property(location, (parsed) => {
      expect(parseLocation(formatLocation(parsed))).toEqual(parsed)
    }),
  )
})
