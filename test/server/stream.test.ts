import { expect, test } from 'vitest'
import { streamBody } from '../../src/server/stream.ts'

function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Goes away while the second chunk is being read, which then comes, or fails with `failure`. */
async function abortedWhileReading(failure?: Error): Promise<{ ends: unknown[]; isClosed: boolean }> {
  const begun = gate()
  const left = gate()
  const ends: unknown[] = []
  let isClosed = false
  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      yield new Uint8Array([1])
      begun.open()
      await left.opened
      if (failure !== undefined) throw failure
      yield new Uint8Array([2])
    } finally {
      isClosed = true
    }
  }
  const reader = streamBody({ chunks: chunks(), onEnd: (error) => ends.push(error) }).getReader()
  await reader.read()
  await begun.opened
  const gone = reader.cancel()
  left.open()
  await gone
  return { ends, isClosed }
}

test('a client that goes away while a chunk is being read ends the body once, without an error', async () => {
  expect(await abortedWhileReading()).toEqual({ ends: [undefined], isClosed: true })
})

test('a chunk that fails after its client has gone ends the body once too', async () => {
  expect(await abortedWhileReading(new Error('the disk is gone'))).toEqual({ ends: [undefined], isClosed: true })
})

test('a failing source breaks the body off and tells why, once', async () => {
  const ends: unknown[] = []
  const failure = new Error('the disk is gone')
  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield new Uint8Array([1])
    throw failure
  }
  const reader = streamBody({ chunks: chunks(), onEnd: (error) => ends.push(error) }).getReader()
  await reader.read()
  await expect(reader.read()).rejects.toBe(failure)
  expect(ends).toEqual([failure])
})
