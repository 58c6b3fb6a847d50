import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** Asks a server below its endpoint, as the recipient unless the headers say otherwise. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>

/** One request as a client sends it, and what the answer to it must be: `fixtures/server/requests/<name>.json`. */
const recorded = z.strictObject({
  /** Whose request it is; `any` where it is nobody's in particular. */
  client: z.string(),
  /** What is special about it. */
  note: z.string(),
  method: z.string(),
  /** Below the endpoint. */
  path: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  expect: z.strictObject({
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

const FOLDER = join(import.meta.dirname, '../../fixtures/server/requests')

/**
 * Every request in `fixtures/server/requests`, asked of one server that shows what {@link file://../server/lab.ts} makes: the
 * share `sales` with `shop.orders` at version 1 in two files (`country=DE` with two rows and `country=FR` with one), without
 * history; the share `lab`; and a share `secret` that the recipient was not granted.
 */
export function testSharingServer(open: () => Ask): void {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
    const request = recorded.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))
    const { client, note, path, expect: wanted, ...init } = request
    const title = client === 'any' ? note : `${client}: ${note}`
    test(`${file.slice(0, -'.json'.length)}: ${title}`, async () => {
      const answer = await open()(path, { ...init, body: init.body ?? null })
      const text = await answer.text()
      expect({ status: answer.status, text }).toMatchObject({ status: wanted.status })
      expect(Object.fromEntries(answer.headers)).toMatchObject(wanted.headers)
      if (wanted.lines) expect(linesOf(text)).toEqual(wanted.lines)
      if (wanted.json) checkObject(text, wanted)
    })
  }
}

function checkObject(text: string, wanted: z.infer<typeof recorded>['expect']): void {
  // The official Python client reads the first line only.
  expect(text).not.toContain('\n')
  const object: unknown = JSON.parse(text)
  expect(object).toMatchObject(wanted.json ?? {})
  for (const member of wanted.present) expect(object).toHaveProperty(member)
  for (const member of wanted.absent) expect(object).not.toHaveProperty(member)
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
