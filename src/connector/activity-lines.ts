import { type ActivityEvent, parseEventNamed } from './activity.ts'
import { parsedLines } from './json-lines-rows.ts'

export interface ActivityLinesOptions {
  /** What messages call the file. */
  readonly name?: string
  readonly signal?: AbortSignal
}

/**
 * The events of the activity log that lie in a file: JSON Lines in UTF-8, one event a line, read a small part at a time.
 * @throws {DeltaError} `invalid-argument` for a line that is no event, and `invalid-data` for one that is no object, naming the line.
 */
export async function* readActivityEvents(
  jsonLines: Uint8Array | Blob | AsyncIterable<Uint8Array>,
  { name = 'the events', signal }: ActivityLinesOptions = {},
): AsyncGenerator<ActivityEvent> {
  for await (const lines of parsedLines(jsonLines, name, signal)) {
    for (const { value, line } of lines) yield parseEventNamed(`${name}, line ${line}: the activity event`, value)
  }
}
