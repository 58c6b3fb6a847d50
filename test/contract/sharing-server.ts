import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** Asks a server below its endpoint, as the recipient unless the headers say otherwise. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>

/** One request and what the answer to it must be: `fixtures/sharing/<name>.json`. */
const exchange = z.strictObject({
  why: z.string(),
  request: z.strictObject({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().optional(),
  }),
  response: z.strictObject({
    status: z.int(),
    headers: z.record(z.string(), z.string()).default({}),
    /** The body is one JSON object with at least these members. */
    json: z.record(z.string(), z.unknown()).optional(),
    /** Members that the object must have, and must not have. */
    present: z.array(z.string()).default([]),
    absent: z.array(z.string()).default([]),
    /** The body is of these lines, each a JSON object with this one member. */
    lines: z.array(z.string()).optional(),
  }),
})

const FOLDER = join(import.meta.dirname, '../../fixtures/sharing')

/**
 * Every request in `fixtures/sharing`, asked of one server. The recipient must have been granted the share `sales`, with
 * one table `shop.orders` at version 1 in two files (`country=DE` with two rows and `country=FR` with one), shared without
 * history; and not the share `secret`.
 */
export function testSharingServer(open: () => Ask): void {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
    const { why, request, response } = exchange.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))
    test(`${file.slice(0, -'.json'.length)}: ${why}`, async () => {
      const { path, ...init } = request
      const answer = await open()(path, { ...init, body: init.body ?? null })
      const text = await answer.text()
      expect({ status: answer.status, text }).toMatchObject({ status: response.status })
      expect(Object.fromEntries(answer.headers)).toMatchObject(response.headers)
      if (response.lines) expect(linesOf(text)).toEqual(response.lines)
      if (response.json) checkObject(text, response)
    })
  }
}

function checkObject(text: string, response: z.infer<typeof exchange>['response']): void {
  // The official Python client reads the first line only.
  expect(text).not.toContain('\n')
  const object: unknown = JSON.parse(text)
  expect(object).toMatchObject(response.json ?? {})
  for (const member of response.present) expect(object).toHaveProperty(member)
  for (const member of response.absent) expect(object).not.toHaveProperty(member)
}

/** What each line is of. The last one ends with a newline as well: some clients count on it. */
function linesOf(text: string): string[] {
  if (text === '') return []
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => Object.keys(JSON.parse(line)).join())
}
