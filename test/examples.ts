import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { vi } from 'vitest'

const repository = resolve(import.meta.dirname, '..')

/** The text of a page of documentation. */
export function page(path: string): string {
  return readFileSync(join(repository, path), 'utf8')
}

/** The fenced blocks of a language in a page of documentation, in order; those within a list too. */
export function blocks(path: string, language: string): string[] {
  const found = page(path).matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^\\1\`\`\``, 'gms'))
  return [...found].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

/** The words of a command line, as a shell would take them out of their quotes. */
export function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|"([^"]*)"|\S+/g), ([word, one, two]) => one ?? two ?? word)
}

/** A directory for examples, as it would be a reader's: inside the repository, so that packages resolve. */
export function exampleDirectory(): { path: string; leave: () => void } {
  const before = process.cwd()
  mkdirSync(join(repository, '.cache'), { recursive: true })
  const path = mkdtempSync(join(repository, '.cache/examples-'))
  process.chdir(path)
  return {
    path,
    leave() {
      process.chdir(before)
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Runs an example as a module of its own, and gives what each line printed. */
export async function printedBy(directory: string, name: string, code = ''): Promise<unknown[][]> {
  const file = join(directory, `${name}.ts`)
  writeFileSync(file, code)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    await import(file)
    return log.mock.calls.map((line: unknown[]) => line)
  } finally {
    log.mockRestore()
  }
}
