import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followTls } from '../../src/cli/tls-files.ts'
import { DeltaError } from '../../src/errors.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { TlsFiles } from '../../src/server/node.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

test('files that changed are handed over once, and what is wrong with them is told once', async () => {
  const cwd = temporaryDirectory()
  const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text)
  const notes: string[] = []
  const renewed: TlsFiles[] = []
  const renew = (tls: TlsFiles): void => {
    renewed.push(tls)
    if (tls.cert[0] !== tls.key[0]) throw new DeltaError('invalid-argument', 'the key is of another certificate')
  }
  const stopping = new AbortController()
  const steps = [
    () => undefined,
    () => write('cert', '2 cert'),
    () => undefined,
    () => write('key', '2 key'),
    () => undefined,
    () => rmSync(join(cwd, 'key')),
    () => undefined,
    () => write('key', '2 key'),
    () => stopping.abort(),
  ]
  const sleep = async (): Promise<void> => steps.shift()?.()
  const session = { cwd, runtime: { ...simulatedRuntime(), sleep }, note: (text: string) => void notes.push(text) }
  write('cert', '1 cert')
  write('key', '1 key')
  const first = { cert: '1 cert', key: '1 key' }
  await followTls({ cert: 'cert', key: 'key' }, { first, renew, signal: stopping.signal }, session)
  expect(renewed).toEqual([
    { cert: '2 cert', key: '1 key' },
    { cert: '2 cert', key: '2 key' },
  ])
  expect(notes).toEqual([
    'the TLS certificate was not renewed: the key is of another certificate',
    'the TLS certificate was renewed',
    expect.stringContaining('the TLS certificate was not renewed: key cannot be read'),
  ])
})
