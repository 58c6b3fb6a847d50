import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The page that operators read. */
export const page = join(resolve(import.meta.dirname, '../../..'), 'docs/outcomes.md')

/** The page with the generated parts as they are now; each stands between `<!-- name -->` and `<!-- end -->`. */
export function pageWith(parts: Readonly<Record<string, string>>): string {
  let text = readFileSync(page, 'utf8')
  for (const [name, part] of Object.entries(parts)) {
    const begin = `<!-- ${name} -->`
    const [from, to] = [text.indexOf(begin), text.indexOf('<!-- end -->', text.indexOf(begin))]
    if (from < 0 || to < 0) throw new Error(`${page} has no part ${begin} … <!-- end -->`)
    text = `${text.slice(0, from)}${begin}\n${part}\n${text.slice(to)}`
  }
  return text
}
