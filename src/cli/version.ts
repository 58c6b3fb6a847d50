import { readFileSync } from 'node:fs'
import { isJsonObject, parseJson } from '../json.ts'

/** The version of this package, from the `package.json` that is shipped with it. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const manifest = parseJson(text, 'package.json')
  return isJsonObject(manifest) ? String(manifest.version) : 'unknown'
}
