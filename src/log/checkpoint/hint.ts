import { md5 } from '#hash'
import { isDeltaError } from '../../errors.ts'
import { hex } from '../../hex.ts'
import { isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../../json.ts'
import type { ObjectStore } from '../../store/index.ts'
import { LAST_CHECKPOINT_PATH } from '../paths.ts'

/**
 * The version that `_last_checkpoint` names. It is overwritten without care and may be old, ahead, cut or gone: a hint
 * that does not parse, or whose checksum does not fit, is none, and one that does still proves nothing.
 * @throws {DeltaError} of the store, but for `not-found`.
 */
export async function readHint(store: ObjectStore, signal?: AbortSignal): Promise<number | undefined> {
  try {
    const { body } = await store.get(LAST_CHECKPOINT_PATH, { signal })
    return hintVersion(body)
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}

/** The version that the bytes of a hint name; nothing where they are damaged. */
export function hintVersion(body: Uint8Array): number | undefined {
  try {
    const hint = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (!isJsonObject(hint)) return undefined
    const { version, checksum } = hint
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) return undefined
    return typeof checksum === 'string' && checksum !== hintChecksum(hint) ? undefined : version
  } catch (error) {
    if (isDeltaError(error) && error.code !== 'invalid-data') throw error
    // What is no DeltaError says that the bytes, or a text in them, have no UTF-8 form.
    return undefined
  }
}

/** The `checksum` that belongs to a hint (PROTOCOL.md "JSON checksum"); one that it has already does not count. */
export function hintChecksum(hint: JsonObject): string {
  const leaves: Leaf[] = []
  for (const [key, value] of Object.entries(hint)) if (key !== 'checksum') flatten(quoted(key), value, leaves)
  // Paths are ASCII, so that JavaScript's order of texts is that of their bytes.
  leaves.sort((a, b) => (a.path < b.path ? -1 : 1))
  const canonical = leaves.map(({ path, value }) => `${path}=${value}`).join(',')
  return hex(md5(canonical))
}

interface Leaf {
  readonly path: string
  readonly value: string
}

function flatten(path: string, value: JsonValue | undefined, leaves: Leaf[]): void {
  if (value === undefined) return
  if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) {
    const isArray = Array.isArray(value)
    for (const [key, member] of Object.entries(value)) flatten(`${path}+${isArray ? key : quoted(key)}`, member, leaves)
  } else leaves.push({ path, value: typeof value === 'string' ? quoted(value) : String(value) })
}

function quoted(text: string): string {
  // encodeURIComponent leaves five characters alone that RFC 3986 reserves.
  const encoded = encodeURIComponent(text).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
  return `"${encoded}"`
}
