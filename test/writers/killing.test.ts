import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { killWriters } from './killing.ts'

test('writers on a local disk that are killed at any moment lose nothing, double nothing, and leave nothing torn', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'deltaquill-killing-'))
  try {
    await killWriters(join(directory, 'table'), { writers: 2, batches: 20, kills: 1 })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}, 300_000)
