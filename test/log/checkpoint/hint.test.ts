import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isJsonObject, parseJson } from '../../../src/json.ts'
import { hintChecksum, readHint } from '../../../src/log/checkpoint/hint.ts'
import { LAST_CHECKPOINT_PATH } from '../../../src/log/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { putText } from '../table.ts'

const GOLDEN = '../shared/golden'

async function hintOf(text: string): Promise<number | undefined> {
  const store = memoryStore()
  await putText(store, LAST_CHECKPOINT_PATH, text)
  return await readHint(store)
}

test('the checksum of a hint is the one of the protocol’s example', () => {
  const text = `{"k0":"'v 0'","checksum":"x","k1":{"k2":2,"k3":["v3",[1,2],{"k4":"v4","k5":["v5","v6","v7"]}]}}`
  const hint = parseJson(text)
  expect(isJsonObject(hint) && hintChecksum(hint)).toBe('6a92d155a59bf2eecbd4b4ec7fd1f875')
})

test('the hints that Spark wrote have the checksum that we compute', async () => {
  if (!existsSync(GOLDEN)) return console.warn('GOLDEN TABLES ARE ABSENT: no hint of theirs is checked')
  const texts = readdirSync(GOLDEN)
    .map((name) => `${GOLDEN}/${name}/delta/${LAST_CHECKPOINT_PATH}`)
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .filter((text) => text.includes('"checksum"'))
  expect(texts.length).toBeGreaterThan(3)
  for (const text of texts) expect(await hintOf(text)).toBe(JSON.parse(text).version)
})

test.each([
  '',
  '{',
  '[]',
  '{"size":3}',
  '{"version":-1}',
  '{"version":1.5}',
  '{"version":"3"}',
  '{"version":3,"size":9,"checksum":"00000000000000000000000000000000"}',
  '{"version":3,"x":"\\ud800","checksum":"0"}',
])('a hint that reads %s is none', async (text) => {
  expect(await hintOf(text)).toBeUndefined()
})

test('a hint that is missing, or no text, is none', async () => {
  const store = memoryStore()
  expect(await readHint(store)).toBeUndefined()
  await store.put(LAST_CHECKPOINT_PATH, Uint8Array.of(0xff, 0xfe), { mode: 'overwrite' })
  expect(await readHint(store)).toBeUndefined()
})

test('a hint without a checksum is believed', async () => {
  expect(await hintOf('{"version":10,"size":13}')).toBe(10)
})
