import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { DeltaError, messageOf } from '../errors.ts'
import { pathOf, type Session } from './session.ts'

/** Where the log of a server goes, a line at a time. */
export interface LineLog {
  write(line: string): void
  close(): Promise<void>
}

/** Lines go to stderr, which is for the operator; stdout has the address only. */
export function messageLog(session: Session): LineLog {
  return { write: (line) => session.note(line.trimEnd()), close: async () => undefined }
}

/**
 * Lines are added to the end of a file that only its owner may read. When they cannot be, the server goes on and stderr
 * says so, once: who fills the disk must not stop it.
 * @throws {DeltaError} `invalid-argument` for a file that cannot be opened.
 */
export async function fileLog(path: string, session: Session): Promise<LineLog> {
  const file = createWriteStream(pathOf(path, session), { flags: 'a', mode: 0o600 })
  try {
    await once(file, 'open')
  } catch (cause) {
    throw new DeltaError('invalid-argument', `the audit log ${path} cannot be opened: ${messageOf(cause)}`, { cause })
  }
  file.on('error', (error) => session.note(`the audit log ${path} cannot be written any more: ${error.message}`))
  return {
    write: (line) => void (file.writable && file.write(line)),
    close: () => new Promise((resolve) => (file.writable ? file.end(resolve) : resolve())),
  }
}
