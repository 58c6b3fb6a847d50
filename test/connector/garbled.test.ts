import { expect, test } from 'vitest'
import { isGarbled } from '../../src/connector/garbled.ts'

/** UTF-8 that is taken for Latin-1. */
const taken = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

test.each(['Müller', 'Österreich', 'ÀÉÎÕÜ', 'it’s', '„so“', 'a\u00a0b', '½ €'])(
  '%s is garbled once its UTF-8 was taken for Latin-1, and not before',
  (text) => {
    expect(isGarbled(text)).toBe(false)
    expect(isGarbled(taken(text))).toBe(true)
  },
)

test.each(['MÃ¼ller', 'Ã–sterreich', 'StraÃŸe', 'itâ€™s', 'â€žsoâ€œ', 'Â½'])(
  '%s is: its UTF-8 was taken for Windows-1252',
  (text) => {
    expect(isGarbled(text)).toBe(true)
  },
)

test('text is garbled where other bytes were taken for UTF-8', () => {
  expect(isGarbled(new TextDecoder().decode(Uint8Array.of(0x4d, 0xfc, 0x6c)))).toBe(true)
})

test.each(['', 'SÃO PAULO', 'Âge', 'â', 'Ãã', '日本語', '😀', '<p>© 2026 · 5 °C</p>'])('%s is not', (text) => {
  expect(isGarbled(text)).toBe(false)
})

test('only the beginning of a long text is looked at', () => {
  expect(isGarbled(`${'x'.repeat(4096)}MÃ¼ller`)).toBe(false)
})
