import { DeltaError } from '../errors.ts'

/**
 * Names of shares, schemas and tables follow the sharing protocol ("Concepts"): not empty, at most 255 characters, no
 * space, no slash, no control character; those of schemas and tables have no dot either. They are compared without case.
 */
const MAX_NAME_LENGTH = 255
/** A share's name is also the name of its object, and file systems hold names of 255 bytes. */
const MAX_SHARE_NAME_BYTES = 200
// biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol forbids exactly these; half a surrogate pair is no text.
const FORBIDDEN = /[\u0000-\u0020/\u007f]|\p{Surrogate}/u
/** A recipient's name stands inside its token, hence ASCII that every HTTP header carries. */
const RECIPIENT = /^[a-z0-9][a-z0-9._-]{0,63}$/i

/** Whether a share can be called this. */
export function isShareName(name: string): boolean {
  return isName(name) && !isTooLong(name)
}

/** @throws {DeltaError} `invalid-argument` unless a share may be called this. */
export function checkShareName(name: string): void {
  checkName('share', name)
  if (isTooLong(name)) {
    throw new DeltaError(
      'invalid-argument',
      `share name ${JSON.stringify(name.slice(0, 80))} is too long: use at most ${MAX_SHARE_NAME_BYTES} bytes of UTF-8`,
    )
  }
}

function isTooLong(shareName: string): boolean {
  // As it stands in the key: İ gets longer.
  return new TextEncoder().encode(foldName(shareName)).length > MAX_SHARE_NAME_BYTES
}

/** @throws {DeltaError} `invalid-argument` unless a schema or table may be called this. */
export function checkTableName(name: { readonly schema: string; readonly name: string }): void {
  for (const [what, part] of [
    ['schema', name.schema],
    ['table', name.name],
  ] as const) {
    checkName(what, part)
    if (part.includes('.')) {
      throw new DeltaError('invalid-argument', `${what} name ${JSON.stringify(part)} holds a ".": choose one without`)
    }
  }
}

/** Whether a recipient can be called this. */
export function isRecipientName(name: string): boolean {
  return RECIPIENT.test(name)
}

/** @throws {DeltaError} `invalid-argument` unless a recipient may be called this. */
export function checkRecipientName(name: string): void {
  if (!isRecipientName(name)) {
    throw new DeltaError(
      'invalid-argument',
      `recipient name ${JSON.stringify(name.slice(0, 80))} is not allowed: use 1 to 64 letters, digits, ".", "_" or "-", a letter or digit first`,
    )
  }
}

/**
 * Splits `schema.table`.
 * @throws {DeltaError} `invalid-argument` when it is not two names with one dot between.
 */
export function parseTableName(text: string): { schema: string; name: string } {
  const [schema, name, ...more] = text.split('.')
  if (schema === undefined || name === undefined || more.length > 0) {
    throw new DeltaError('invalid-argument', `expected <schema>.<table>, found ${JSON.stringify(text)}`)
  }
  checkTableName({ schema, name })
  return { schema, name }
}

/** The form in which names are compared and stored as keys. */
export function foldName(name: string): string {
  return name.toLowerCase()
}

export function sameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b)
}

function checkName(what: string, name: string): void {
  if (!isName(name)) {
    throw new DeltaError(
      'invalid-argument',
      `${what} name ${JSON.stringify(name.slice(0, 80))} is not allowed: use 1 to ${MAX_NAME_LENGTH} characters without spaces, "/" and control characters`,
    )
  }
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME_LENGTH && !FORBIDDEN.test(name)
}
