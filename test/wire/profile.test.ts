import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatProfile, parseProfile } from '../../src/wire/index.ts'

const ENDPOINT = 'https://share.example.com/delta-sharing'

describe('a profile', () => {
  test('reads back as it was written', () => {
    const profiles = fc.record(
      {
        endpoint: fc.constantFrom(ENDPOINT, 'http://127.0.0.1:8080/delta-sharing'),
        bearerToken: fc.stringMatching(/^[\x21-\x7e]+$/),
        expirationTime: fc.constantFrom('2026-01-02T03:04:05.000Z'),
      },
      { requiredKeys: ['endpoint', 'bearerToken'] },
    )
    fc.assert(
      fc.property(profiles, (profile) => {
        expect(parseProfile(formatProfile(profile))).toEqual(profile)
      }),
    )
  })

  test('is written in version 1, the only one in which official clients take a bearer token', () => {
    expect(JSON.parse(formatProfile({ endpoint: ENDPOINT, bearerToken: 't' }))).toEqual({
      shareCredentialsVersion: 1,
      endpoint: ENDPOINT,
      bearerToken: 't',
    })
  })

  test('may hold more members, a null expiry, a trailing slash and a byte order mark', () => {
    const text = `\ufeff{"shareCredentialsVersion":1,"endpoint":"${ENDPOINT}/","bearerToken":"t","expirationTime":null,"icebergEndpoint":"x"}`
    expect(parseProfile(text)).toEqual({ endpoint: ENDPOINT, bearerToken: 't' })
  })

  test('is its text, and not a path', () => {
    expect(() => parseProfile('./config.share')).toThrow('give what the profile file holds, not where it lies')
  })

  test('of another version is refused by name', () => {
    const refused = () => parseProfile({ shareCredentialsVersion: 2, type: 'basic' })
    expect(refused).toThrow(/shareCredentialsVersion 2 of type basic/)
    expect(refused).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  test.each([
    ['no JSON', '{"bearerToken":"s3cret"'],
    ['no object', '"s3cret"'],
    ['a missing token', { shareCredentialsVersion: 1, endpoint: ENDPOINT }],
    ['an endpoint that is no URL', { shareCredentialsVersion: 1, endpoint: 's3cret', bearerToken: 's3cret' }],
    ['an endpoint that is not HTTP', { shareCredentialsVersion: 1, endpoint: 'file:///s3cret', bearerToken: 's3cret' }],
    ['a user', { shareCredentialsVersion: 1, endpoint: 'https://u:s3cret@x.org', bearerToken: 't' }],
    ['a query', { shareCredentialsVersion: 1, endpoint: 'https://x.org?key=s3cret', bearerToken: 't' }],
    ['a token that no header can hold', { shareCredentialsVersion: 1, endpoint: ENDPOINT, bearerToken: 's3cret\n' }],
  ])('with %s is refused without repeating what it holds', (_, profile) => {
    const refused = () => parseProfile(profile)
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    expect(refused).not.toThrow(/s3cret/)
  })
})
