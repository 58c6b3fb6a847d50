import { expect, test } from 'vitest'
import { z } from 'zod'
import { allPages } from '../../src/databricks/pages.ts'
import { simulatedRuntime } from '../../src/runtime.ts'

test('a page may be of any size: how many items it holds is the server’s to say', async () => {
  const page = { items: Array.from({ length: 150_000 }, () => 'x') }
  const http = { call: async () => page as never, runtime: simulatedRuntime() }
  const items = await allPages(http, { what: 'listing', path: 'items', member: 'items', item: z.string() })
  expect(items).toHaveLength(page.items.length)
})
