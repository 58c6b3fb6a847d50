import { expect } from 'vitest'
import { type CommandOptions, runCommand } from '../cli/run-command.ts'
import { wordsOf } from '../examples.ts'

/** Runs the lines of a block of commands, one after the other; each must end well, and warn of nothing. Gives what each printed. */
export async function printedByLines(block: string, options: CommandOptions): Promise<string[]> {
  const printed: string[] = []
  for (const line of block.trimEnd().split('\n')) {
    const { exit, stdout, stderr } = await runCommand(wordsOf(line).slice(1), options)
    expect({ line, exit, stderr }).toEqual({ line, exit: 0, stderr: '' })
    printed.push(stdout)
  }
  return printed
}
