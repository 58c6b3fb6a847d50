import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { outputTo } from '../../src/cli/output.ts'

test('a write waits for a reader that is slow', async () => {
  const stream = new PassThrough({ highWaterMark: 4 })
  const output = outputTo(stream)
  let written = false
  const writing = output.write('more than four characters').then(() => {
    written = true
  })
  await new Promise(setImmediate)
  expect(written).toBe(false)
  stream.resume()
  await writing
  expect(written).toBe(true)
})

test('a reader that left is told apart from a disk that is full', async () => {
  for (const [code, left] of [
    ['EPIPE', true],
    ['ENOSPC', false],
  ] as const) {
    const failing = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
    })
    const output = outputTo(failing)
    await output.write('x').catch(() => {})
    await expect(output.flush()).rejects.toMatchObject({ code: left ? 'aborted' : 'unavailable' })
    await expect(output.write('y')).rejects.toMatchObject({ code: left ? 'aborted' : 'unavailable' })
    expect(output.readerLeft).toBe(left)
  }
})
