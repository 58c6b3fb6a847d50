import { readFile, writeFile } from 'node:fs/promises'

const PATH = 'docs/benchmarks.md'

/** Puts text between the two comments that carry the bench's name; what stands outside of them is written by hand. */
export async function writeIntoDocs(bench: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- begin ${bench} -->`, `<!-- end ${bench} -->`]
  const page = await readFile(PATH, 'utf8')
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${PATH} has no place for ${bench}: expected ${begin} and ${end}`)
  await writeFile(PATH, `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`)
}
