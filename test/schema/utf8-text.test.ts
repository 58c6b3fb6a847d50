import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8Text } from '../../src/schema/index.ts'

async function read(bytes: Uint8Array, size = bytes.length): Promise<string> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  let text = ''
  for await (const part of utf8Text(chunks(), 'rows.csv')) text += part
  return text
}

test('any text comes back, however its bytes are cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      fc.integer({ min: 1, max: 9 }),
      async (text, size) => {
        const bytes = new TextEncoder().encode(`x${text}`)
        expect(await read(bytes, size)).toBe(`x${text.toWellFormed()}`)
      },
    ),
  )
})

test('the byte order mark at the start is dropped, a later one is text', async () => {
  expect(await read(new TextEncoder().encode('\ufeffa\ufeffb'), 4)).toBe('a\ufeffb')
})

test('a byte that is not UTF-8 is named with its place in the file and its line', async () => {
  const bytes = Uint8Array.from([...new TextEncoder().encode('näme\nök\ncaf'), 0xe9, 0x2c, 0x31])
  for (const size of [bytes.length, 1, 3, 13, 14]) {
    await expect(read(bytes, size)).rejects.toThrow('rows.csv is not UTF-8: byte 13 (on line 3) is 0xe9; convert it')
  }
})

test('a sequence that is cut off by the end of the file is not UTF-8', async () => {
  await expect(read(Uint8Array.from([0x61, 0xe2, 0x82]))).rejects.toThrow('byte 1 (on line 1) is 0xe2')
})

describe('a file of another format is refused by what it is:', () => {
  test.each([
    ['gzip', [0x1f, 0x8b, 0x08], 'unpack it first: gunzip'],
    ['Excel', [0x50, 0x4b, 0x03, 0x04], 'save the sheet as CSV'],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00], 'iconv -f UTF-16'],
    ['anything binary', [0x89, 0x50, 0x00], 'is no text'],
    ['Parquet', [0x50, 0x41, 0x52, 0x31], 'is a Parquet file: expected UTF-8 text; read it as one'],
  ])('%s', async (_, bytes, wayOut) => {
    await expect(read(Uint8Array.from(bytes))).rejects.toThrow(wayOut)
  })
})
