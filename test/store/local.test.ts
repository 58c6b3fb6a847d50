import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { localStore } from '../../src/store/local.ts'
import { testObjectStore } from '../contract/object-store.ts'

const freshDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'deltaquill-local-'))

describe('a local store keeps the contract', () => {
  testObjectStore(async () => localStore(join(await freshDirectory(), 'not yet', 'there')))
})
