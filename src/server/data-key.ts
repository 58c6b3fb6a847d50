import { DeltaError } from '../errors.ts'
import { decodePath, isAbsolutePath, LOG_PREFIX } from '../log/index.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character in a path is an attack or damage.
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * The key in its table's store of a data file, or of a file with deletion vectors. The log is not believed: a path that leads out of the table would hand
 * somebody else's object to the recipient, one that leads into the log what is not shared of the table's past.
 * @throws {DeltaError} `invalid-data`, or `unsupported` for an absolute path.
 */
export function dataKey(file: { readonly path: string }): string {
  if (isAbsolutePath(file.path)) {
    // Where it lies is not for the recipient.
    throw new DeltaError(
      'unsupported',
      'a file of this table lies outside of it (a shallow clone), and is not served: ask your share provider to share a table that holds all its files',
      { feature: 'absolute data file paths' },
    )
  }
  const key = decodePath(file.path)
  const segments = key.split('/')
  const leadsOut = segments.some((segment) => segment === '' || segment === '.' || segment === '..')
  if (leadsOut || CONTROL.test(key) || key.startsWith(LOG_PREFIX)) {
    throw new DeltaError(
      'invalid-data',
      `the log names a data file ${JSON.stringify(file.path.slice(0, 200))}, which is no place for the data of this table: it is not served`,
    )
  }
  return key
}
