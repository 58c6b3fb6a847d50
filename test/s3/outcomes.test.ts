import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import { type ObjectStore, prefixStore, s3Store } from '../../src/store/index.ts'
import { type Cell, contradictionsIn, type FaultyPlace, formatMatrix, tryAll } from '../table/outcomes/matrix.ts'
import { page, pageWith } from '../table/outcomes/page.ts'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'
import { openBucket } from './minio.ts'

let proxy: FaultProxy
let sound: ObjectStore
let failing: ObjectStore
let places = 0
const runtime = simulatedRuntime()

beforeAll(async () => {
  const bucket = (await openBucket()).replace('s3://', '')
  const { endpoint, ...credentials } = inject('s3')
  proxy = await faultProxy(endpoint)
  const retry = { attempts: 4, firstDelay: 100, longestDelay: 1_000 }
  const settings = { bucket, region: 'us-east-1', credentials, runtime, retry }
  sound = s3Store({ ...settings, endpoint })
  failing = s3Store({ ...settings, endpoint: proxy.endpoint })
})
afterAll(() => proxy.close())

/** A prefix of the bucket, reached with and without the proxy. Nobody really waits between attempts. */
async function placeOnMinio(): Promise<FaultyPlace> {
  const prefix = `place-${++places}`
  return {
    sound: prefixStore(sound, prefix),
    failing: prefixStore(failing, prefix),
    runtime,
    begin(plan) {
      proxy.plan = plan
    },
    async end() {
      proxy.plan = () => undefined
      await proxy.settle()
    },
  }
}

describe('what an operation tells its caller over HTTP', () => {
  let cells: readonly Cell[] = []
  beforeAll(async () => {
    cells = await tryAll(placeOnMinio)
  })

  test('is true under every fault, once and lasting', () => {
    expect(contradictionsIn(cells)).toEqual([])
    expect(proxy.injected.length).toBeGreaterThanOrEqual(cells.length)
  })

  test('is what docs/outcomes.md says (`npm run test:s3 -- outcomes -u` rewrites it)', async () => {
    await expect(pageWith({ 'over HTTP': formatMatrix(cells) })).toMatchFileSnapshot(page)
  })
})
