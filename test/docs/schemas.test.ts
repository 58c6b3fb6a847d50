import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseShareDocument, shareDocumentSchema } from '../../src/manifest/index.ts'

const repository = join(import.meta.dirname, '../..')

describe('the published JSON Schema of a document of shares', () => {
  const schema = JSON.parse(readFileSync(join(repository, 'docs/schemas/shares.json'), 'utf8'))

  test('is what the parser is made from: "deltaquill share schema" prints it anew', () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(shareDocumentSchema())))
  })

  test('takes and refuses what the parser does', () => {
    const byPublished = z.fromJSONSchema(schema)
    const table = { name: 't', location: '/t', partition: { or: [{ c: 'DE' }, { c: { in: ['FR'] } }] } }
    const document = { manifestVersion: 1, shares: [{ name: 's', schemas: [{ name: 'x', tables: [table] }] }] }
    expect(byPublished.safeParse(document).success).toBe(true)
    expect(() => parseShareDocument(document)).not.toThrow()
    for (const wrong of [{ ...document, extra: 1 }, { manifestVersion: 2 }, { manifestVersion: 1, shares: [{}] }]) {
      expect(byPublished.safeParse(wrong).success).toBe(false)
      expect(() => parseShareDocument(wrong)).toThrow()
    }
  })
})
