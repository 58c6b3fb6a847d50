import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const FILES = join(import.meta.dirname, '../../fixtures/files')

function cases(folder: string, expectation: string): string[] {
  const names = readdirSync(join(FILES, folder))
  return names.filter((name) => !name.endsWith(expectation)).sort()
}

function expected(folder: string, name: string): string {
  return readFileSync(join(FILES, folder, name), 'utf8')
}

describe('the rows of a file are the rows of the table:', () => {
  test.each(cases('accepted', '.rows'))('%s', async (name) => {
    const table = `memory://accepted/${name}`
    const options = { cwd: join(FILES, 'accepted') }
    expect(await runCommand(['table', 'write', table, '--from', name], options)).toMatchObject({ exit: 0 })
    expect((await runCommand(['table', 'read', table], options)).stdout).toBe(expected('accepted', `${name}.rows`))
  })
})

describe('a file is refused with a reason, and no table is left behind:', () => {
  test.each(cases('refused', '.error'))('%s', async (name) => {
    const [code = '', message = ''] = expected('refused', `${name}.error`).trim().split('\n')
    const table = `memory://refused/${name}`
    const options = { cwd: join(FILES, 'refused') }
    const written = await runCommand(['table', 'write', table, '--from', name, '--json'], options)
    expect(JSON.parse(written.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code, message: expect.stringContaining(message) },
    })
    expect((await runCommand(['table', 'info', table], options)).exit).toBe(4)
  })
})
