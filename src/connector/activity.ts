import { z } from 'zod'
import { formatJson, isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { sha256Hex } from './digest.ts'
import { parseInput, timeShape } from './input.ts'
import { canonicalJson, formatPublicJson, withoutMembers } from './public-json.ts'

const eventShape = z.object({
  id: z
    .string()
    .min(1)
    .nullish()
    .describe("Tells it from others. Kadoa's API gives none: then it is a digest of what the event tells."),
  title: z.string().min(1).describe('What happened: "CREATED", "UPDATED", "FINISHED", "DATA_CHANGED", or a sentence.'),
  dateTime: timeShape,
  source: z
    .object({
      requestSource: z.string().nullish(),
      userId: z.string().nullish(),
      userEmail: z.string().nullish().describe('Shared only where activityLog.includeUserEmail is true.'),
    })
    .nullish(),
  resource: z
    .object({
      type: z.string().min(1),
      workflowId: z
        .string()
        .min(1)
        .nullish()
        .describe('An event that names no workflow is of the team, and always shared.'),
      resourceId: z.string().nullish(),
      name: z.string().nullish(),
    })
    .nullish(),
  details: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform(publicDetails)
    .describe('Shared as JSON, without keys that begin with "_".'),
})

/**
 * One event of a team's activity log, as Kadoa's API gives it. `details` are without private keys at any depth, and null
 * where nothing is left.
 */
export type ActivityEvent = Readonly<z.infer<typeof eventShape>>

/**
 * Takes an event of `GET /v4/activity`, or one that has an `id` besides.
 * @throws {DeltaError} `invalid-argument` naming each fault by its path. Members that are not known are left aside.
 */
export function parseActivityEvent(value: unknown): ActivityEvent {
  return parseEventNamed('the activity event', value)
}

/** The same, of an event that messages are to call something else: which one it is of many. */
export function parseEventNamed(what: string, value: unknown): ActivityEvent {
  return parseInput(what, eventShape, value)
}

/** One event as JSON Schema (draft 2020-12): a line of the file that `deltaquill connector publish --events` takes. */
export function activityEventSchema(): object {
  const title = "An event of a team's activity log, a line of the file of deltaquill connector publish --events"
  return z.toJSONSchema(eventShape.meta({ title }), { io: 'input' })
}

/**
 * What tells an event from others: its own id, else the SHA-256 of the JSON object
 * `{"dateTime", "title", "resource": {"type", "workflowId", "resourceId", "name"}, "source": {"requestSource", "userId"},
 * "details"}`, with null for what is absent and the keys of `details` sorted by UTF-16 units.
 *
 * Private keys do not count, so that an event has one id wherever they were dropped. Neither does the address of a user,
 * here or in `details`: a digest must not let anybody who guesses an address see that it is right.
 */
export function activityEventId(event: ActivityEvent): string {
  const { id, dateTime, title, resource, source } = event
  if (typeof id === 'string') return id
  const details = publicDetailsOf(event, { includeUserEmail: false })
  return sha256Hex(
    formatJson({
      dateTime,
      title,
      resource: resource
        ? {
            type: resource.type,
            workflowId: resource.workflowId ?? null,
            resourceId: resource.resourceId ?? null,
            name: resource.name ?? null,
          }
        : null,
      source: { requestSource: source?.requestSource ?? null, userId: source?.userId ?? null },
      details: canonicalJson(details),
    }),
  )
}

/** The workflow that an event is about; null for events of the team as a whole. */
export function workflowOf({ resource, details }: ActivityEvent): string | null {
  if (typeof resource?.workflowId === 'string') return resource.workflowId
  if (resource?.type.toUpperCase() === 'WORKFLOW' && typeof resource.resourceId === 'string') return resource.resourceId
  return typeof details?.workflowId === 'string' ? details.workflowId : null
}

/** Whether a customer sees an event: those of the team, and those of the workflows that are shared with it. */
export function isCustomerVisible(event: ActivityEvent, workflows: 'all' | ReadonlySet<string>): boolean {
  const workflow = workflowOf(event)
  return workflows === 'all' || workflow === null || workflows.has(workflow)
}

/** The details of an event; without the addresses of users unless they are to be included. */
export function publicDetailsOf(
  { details }: ActivityEvent,
  { includeUserEmail }: { readonly includeUserEmail: boolean },
): JsonValue {
  if (details === null || includeUserEmail) return details
  return orNull(withoutEmails(details))
}

/** Details without the addresses of users: those members are called `userEmail` by Kadoa's API, and `user_email` elsewhere. */
export function withoutEmails(details: JsonValue): JsonValue {
  return withoutMembers(details, (name) => USER_EMAIL.test(name))
}

const USER_EMAIL = /^user[_-]?email$/i

function publicDetails(details: object | null | undefined, context: z.RefinementCtx): JsonObject | null {
  if (details === null || details === undefined) return null
  const text = formatPublicJson(details)
  if (text !== undefined) return orNull(parseJson(text))
  context.addIssue({ code: 'custom', message: 'expected values that JSON has words for' })
  return z.NEVER
}

/** Details of which nothing is left are none. */
function orNull(details: JsonValue): JsonObject | null {
  return isJsonObject(details) && Object.keys(details).length > 0 ? details : null
}
