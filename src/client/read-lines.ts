import { DeltaError } from '../errors.ts'
import type { Body } from './body.ts'

/**
 * Characters of the longest line that is taken: the metadata of a table of tens of thousands of columns fits. Lines that
 * end nowhere must not fill the memory.
 */
const MAX_LINE_LENGTH = 32 * 1024 * 1024

/**
 * The lines of a body as they come in, empty ones left out, the last with or without its newline.
 * @throws {DeltaError} `invalid-data` for a line of more than 32 Mi characters.
 */
export async function* readLines(body: Body, what: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pieces: string[] = []
  let length = 0
  for await (const chunk of body.chunks()) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n')
    const rest = lines.pop() ?? ''
    for (const line of lines) {
      const whole = pieces.length === 0 ? line : pieces.join('') + line
      pieces = []
      length = 0
      if (whole.trim() !== '') yield whole
    }
    pieces.push(rest)
    length += rest.length
    if (length > MAX_LINE_LENGTH) {
      throw new DeltaError('invalid-data', `${what} failed: the server's answer has a line without end`)
    }
  }
  const last = pieces.join('') + decoder.decode()
  if (last.trim() !== '') yield last
}
