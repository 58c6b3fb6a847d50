import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCredential } from '../../src/manifest/index.ts'
import { hashSecret } from '../../src/manifest/secret.ts'
import { mintCredential } from '../../src/manifest/token.ts'

const names = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,63}$/)
const kinds = fc.constantFrom('token' as const, 'activation' as const)

describe('a credential', () => {
  test('tells its recipient and its hash, whatever the name', () => {
    fc.assert(
      fc.property(kinds, names, (kind, recipient) => {
        const { text, hash } = mintCredential(kind, recipient)
        expect(parseCredential(kind, text)).toEqual({ recipient, hash })
        expect(hash).toBe(hashSecret(text))
      }),
    )
  })

  test('has the shape dq_<recipient>_<43 of secret><6 of checksum>, which secret scanners can look for', () => {
    expect(mintCredential('token', 'acme_corp').text).toMatch(/^dq_acme_corp_[A-Za-z0-9_-]{49}$/)
    expect(mintCredential('activation', 'acme_corp').text).toMatch(/^dqa_acme_corp_[A-Za-z0-9_-]{49}$/)
  })

  test('is never made twice', () => {
    expect(mintCredential('token', 'acme').text).not.toBe(mintCredential('token', 'acme').text)
  })

  test('of one kind is nothing as the other', () => {
    expect(parseCredential('token', mintCredential('activation', 'acme').text)).toBeUndefined()
    expect(parseCredential('activation', mintCredential('token', 'acme').text)).toBeUndefined()
  })

  test('with any character changed or left out is turned away before anything is read', () => {
    const { text } = mintCredential('token', 'acme')
    for (let i = 0; i < text.length; i++) {
      const other = text[i] === 'a' ? 'b' : 'a'
      expect(parseCredential('token', text.slice(0, i) + other + text.slice(i + 1))).toBeUndefined()
      expect(parseCredential('token', text.slice(0, i) + text.slice(i + 1))).toBeUndefined()
    }
  })

  test('cannot be arbitrary text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCredential('token', text)).toBeUndefined()
      }),
    )
  })
})
