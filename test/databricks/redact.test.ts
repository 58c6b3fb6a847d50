import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quotes, redact } from '../../src/databricks/redact.ts'

test.each([
  ['the secret my-own is bad', 'the secret <token> is bad'],
  ['header Bearer abc.def-12345 refused', 'header Bearer <token> refused'],
  ['Basic YWJjOmRlZg== refused', 'Basic <token> refused'],
  ['token dapi0123456789abcdef0123456789abcdef-2 ended', 'token <token> ended'],
  ['jwt eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl ended', 'jwt <token> ended'],
  ['see https://h/a?X-Amz-Signature=1 now', 'see https://h/a now'],
  ['see data_sharing_activation_info/abc', 'see data_sharing_activation_info/<link>'],
  ['nothing to hide', 'nothing to hide'],
])('%s', (text, told) => {
  expect(redact(text, ['my-own'])).toBe(told)
})

test('a secret is found in what caused an error, however deep', () => {
  const deep = new Error('fetch failed', { cause: new Error('because', { cause: 'of my-own' }) })
  expect(quotes(deep, ['my-own'])).toBe(true)
  expect(quotes(deep, ['another'])).toBe(false)
})

test.each([
  ['its request', { request: { headers: { authorization: 'Bearer my-own' } } }],
  ['headers', { headers: new Headers({ authorization: 'Bearer my-own' }) }],
  ['several causes', { errors: [new Error('of my-own')] }],
])('a secret is found in an error that carries %s, and one that goes round in circles does no harm', (_, carried) => {
  const error = Object.assign(new Error('fetch failed'), carried)
  expect(quotes(error, ['my-own'])).toBe(true)
  expect(quotes(Object.assign(error, { cause: error }), ['another'])).toBe(false)
})

describe('whatever an error carries', () => {
  const SECRET = 'my-own-secret'
  const authorization = (text: string): RequestInit => ({ headers: { authorization: `Bearer ${text}` } })

  const holders: Readonly<Record<string, (text: string) => unknown>> = {
    text: (text) => `of ${text}`,
    'an error': (text) => new Error(`of ${text}`),
    'a request': (text) => new Request('https://host/', authorization(text)),
    'a request by its URL': (text) => new Request(`https://host/?token=${text}`),
    'a response': (text) => new Response(null, authorization(text)),
    headers: (text) => new Headers(authorization(text).headers),
    'a URL': (text) => new URL(`https://host/?token=${text}`),
    'a query': (text) => new URLSearchParams({ token: text }),
    'a form': (text) => {
      const form = new FormData()
      form.append('token', text)
      return form
    },
    bytes: (text) => new TextEncoder().encode(`Bearer ${text}`),
    'a buffer': (text) => new TextEncoder().encode(`Bearer ${text}`).buffer,
    'a key': (text) => ({ [text]: 1 }),
    'a symbol': (text) => ({ [Symbol(text)]: 1 }),
    'a boxed text': (text) => Object(text),
    'the reason of a signal': (text) => AbortSignal.abort(new Error(text)),
  }

  class Late extends Error {
    readonly #why: unknown
    constructor(why: unknown) {
      super('late')
      this.#why = why
    }
    override get cause(): unknown {
      return this.#why
    }
  }

  const wrappers: readonly ((held: unknown) => unknown)[] = [
    (held) => ({ held }),
    (held) => [1, held],
    (held) => new Map([['held', held]]),
    (held) => new Map([[held, 1]]),
    (held) => new Set([held]),
    (held) => ({ [Symbol('held')]: held }),
    (held) => Object.defineProperty({}, 'held', { value: held }),
    (held) => Object.defineProperty({}, 'held', { get: () => held }),
    (held) => new Error('because', { cause: held }),
    (held) => new AggregateError([held]),
    (held) => new Late(held),
    (held) => Object.assign(() => {}, { held }),
    (held) => {
      const round: Record<string, unknown> = { held }
      round.itself = round
      return round
    },
  ]

  const carried = fc.tuple(
    fc.constantFrom(...Object.keys(holders)),
    fc.array(fc.constantFrom(...wrappers), { maxLength: 8 }),
  )

  test('a secret is found in it, and none where there is none', () => {
    fc.assert(
      fc.property(carried, ([holder, around]) => {
        const wrap = (text: string): unknown => around.reduce((held, wrapper) => wrapper(held), holders[holder]?.(text))
        expect(quotes(wrap(SECRET), [SECRET])).toBe(true)
        expect(quotes(wrap('nothing'), [SECRET])).toBe(false)
      }),
    )
  })

  test.each(Object.entries(holders))('a secret is found in %s', (_, holder) => {
    expect([quotes(holder(SECRET), [SECRET]), quotes(holder('nothing'), [SECRET])]).toEqual([true, false])
  })

  test.each([
    [
      'does not let itself be looked at',
      Object.defineProperty({}, 'held', {
        get: () => {
          throw new Error('no')
        },
      }),
    ],
    [
      'is without end',
      (() => {
        const endless = (): object => Object.defineProperty({}, 'next', { get: endless })
        return endless()
      })(),
    ],
  ])('what %s is taken to hold one', (_, held) => {
    expect(quotes(held, [SECRET])).toBe(true)
  })
})
