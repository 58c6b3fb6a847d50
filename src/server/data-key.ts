import { DeltaError } from '../errors.ts'
import { type AddFile, decodePath } from '../log/index.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character in a path is an attack or damage.
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * The key of a data file in its table's store. The log is not believed: a path that leads out of the table would hand
 * somebody else's object to the recipient.
 * @throws {DeltaError} `invalid-data`, or `unsupported` for an absolute path.
 */
export function dataKey(file: AddFile): string {
  const key = decodePath(file.path)
  const segments = key.split('/')
  if (CONTROL.test(key) || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new DeltaError(
      'invalid-data',
      `the log names a data file ${JSON.stringify(file.path.slice(0, 200))}, which does not lie below the table's root: it is not served`,
    )
  }
  return key
}
