import fc from 'fast-check'

/** A shape as a workflow declares it: a word, an object or a list of one. */
export type GivenShape = string | { readonly [name: string]: GivenShape } | readonly [GivenShape]

/** The words of a shape, each with a few values that its column has as they come in, and what it has of them. */
const WORDS = {
  STRING: [
    ['grün', 'grün'],
    [{ a: 1, _b: 2 }, '{"a":1}'],
  ],
  LINK: [['https://shop.example', 'https://shop.example']],
  NUMBER: [
    [1.5, 1.5],
    ['-7', -7],
    ['heavy', null],
  ],
  BOOLEAN: [
    ['TRUE', true],
    [0, false],
    ['yes', null],
  ],
  DATE: [
    ['2026-01-02T03:04:05Z', '2026-01-02'],
    ['soon', null],
  ],
  DATETIME: [
    ['2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05.000000Z'],
    [12, null],
  ],
  CURRENCY: [
    [
      { amount: 5, currencyCode: 'JPY' },
      { amount: '5.0000', currencyCode: 'JPY' },
    ],
    ['$5', null],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [given: unknown, value: unknown])[]>>

const isWord = (shape: GivenShape): shape is keyof typeof WORDS => typeof shape === 'string' && shape in WORDS

/** A value as it was extracted, and what its column has of it. */
export interface Extracted {
  readonly given: unknown
  readonly value: unknown
}

const NOTHING = fc.constantFrom<Extracted>({ given: null, value: null }, { given: undefined, value: null })
const names = fc.constantFrom('weight', 'unit', 'constructor', 'toString', 'B', 'a1', 'x_y')

const { shape } = fc.letrec<{ shape: GivenShape; object: GivenShape; array: GivenShape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...Object.keys(WORDS)),
    tie('object'),
    tie('array'),
  ),
  object: fc.dictionary(names, tie('shape'), { minKeys: 1, maxKeys: 4 }),
  array: fc.tuple(tie('shape')),
}))

export const objectShapes = fc.dictionary(names, shape, { minKeys: 1, maxKeys: 4 })

/** Values of a shape: whole ones, with gaps, with parts that do not fit, and with members that nobody declared. */
export function extractedOf(shape: GivenShape): fc.Arbitrary<Extracted> {
  const whole = isWord(shape) ? wordValues(shape) : typeof shape === 'object' ? partsOf(shape) : fc.constant(UNFIT)
  return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: NOTHING })
}

const UNFIT: Extracted = { given: 7n, value: null }

function wordValues(word: keyof typeof WORDS): fc.Arbitrary<Extracted> {
  return fc.constantFrom(...WORDS[word].map(([given, value]): Extracted => ({ given, value })))
}

function partsOf(shape: Exclude<GivenShape, string>): fc.Arbitrary<Extracted> {
  const unfit = { weight: 1, arbitrary: fc.constant(UNFIT) }
  if (isList(shape)) {
    const items = fc.array(extractedOf(shape[0]), { maxLength: 3 })
    const lists = items.map((parts) => ({
      given: parts.map(({ given }) => given),
      value: parts.map(({ value }) => value),
    }))
    return fc.oneof({ weight: 6, arbitrary: lists }, unfit)
  }
  const members = Object.entries(shape).map(([name, of]) => extractedOf(of).map((part) => [name, part] as const))
  const objects = fc.tuple(fc.boolean(), ...members).map(([hasMore, ...parts]) => ({
    given: {
      ...(hasMore && { _secret: 'SECRET', colour: 'red' }),
      ...Object.fromEntries(parts.map(([name, { given }]) => [name, given])),
    },
    value: Object.fromEntries(parts.map(([name, { value }]) => [name, value])),
  }))
  return fc.oneof({ weight: 6, arbitrary: objects }, unfit)
}

function isList(shape: GivenShape): shape is readonly [GivenShape] {
  return Array.isArray(shape)
}
