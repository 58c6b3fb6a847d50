import type { Writable } from 'node:stream'
import { Command as Commander, type CommanderError, Option } from 'commander'
import { DeltaError } from '../errors.ts'
import type { Command, Given } from './command.ts'
import { ENTRIES } from './commands.ts'
import { type OptionSpec, optionFlag, optionVariable } from './option.ts'
import type { Session } from './session.ts'
import { packageVersion } from './version.ts'

/**
 * The command line `argv`, mounted in commander and ready to be parsed. Of what is not named on it there is only the
 * summary for the help.
 */
export async function programFor(
  argv: readonly string[],
  session: Session,
  streams: { readonly stdout: Writable; readonly stderr: Writable },
): Promise<Commander> {
  const program = new Commander('deltaquill')
    .description('Delta Lake tables, written straight to object storage and shared over Delta Sharing.')
    .version(packageVersion())
    // Only so that `table read --version 3` is the table's version, not ours.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      // Errors are thrown, and printed in one place.
      outputError: () => {},
    })
    .configureHelp({ helpWidth: HELP_WIDTH, subcommandTerm })
    .addHelpText('after', PROGRAM_HELP)
  throwUsage(program.addOption(jsonOption()))
  for (const [name, entry] of Object.entries(ENTRIES)) {
    if (!argv.includes(name)) program.command(name).description(entry.summary)
    else if (entry.kind === 'command') mount(program, await entry.load(), session)
    else {
      const noun = throwUsage(program.command(name).description(entry.summary).addOption(jsonOption()))
      for (const command of await entry.load()) mount(noun, command, session)
    }
  }
  return program
}

const HELP_WIDTH = 110

const PROGRAM_HELP = `
A location is s3://bucket/prefix (with the standard AWS_… environment), file:///directory or a plain path.
Every option is also an environment variable: --partition-by is DELTAQUILL_PARTITION_BY.
Data goes to stdout, messages to stderr. "deltaquill table --help" shows what can be done with tables, and so on.
Start with: deltaquill demo`

/** `write <location>`: that there are options need not be said of every command. */
function subcommandTerm(command: Commander): string {
  return [command.name(), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ')
}

function mount(parent: Commander, command: Command, session: Session): void {
  const mounted = parent.command(command.name).description(command.summary)
  for (const [name, about] of Object.entries(command.arguments)) mounted.argument(`<${name}>`, about)
  for (const [key, spec] of Object.entries(command.options)) mounted.addOption(commanderOption(key, spec))
  mounted.addOption(jsonOption())
  if (command.details !== undefined) mounted.addHelpText('after', `\n${command.details}`)
  throwUsage(mounted).action(() => command.run(given(mounted, session), session))
}

function jsonOption(): Option {
  return new Option('--json', 'answer in JSON, failures too')
}

/** Commander only collects texts; what they mean is read by the option's own spec. */
function commanderOption(key: string, spec: OptionSpec<unknown>): Option {
  const flags = optionFlag(key)
  if (spec.placeholder === undefined) return new Option(flags, spec.about)
  const collect = (text: string, previous: unknown): unknown[] => [...(Array.isArray(previous) ? previous : []), text]
  const value = spec.isBare ? `[${spec.placeholder}]` : `<${spec.placeholder}>`
  return new Option(`${flags} ${value}`, spec.about).argParser(collect)
}

function given(mounted: Commander, session: Session): Given {
  return {
    arguments: mounted.args,
    option(key) {
      const value: unknown = mounted.getOptionValue(key)
      if (value === true) return { texts: ['true'], name: optionFlag(key) }
      if (Array.isArray(value)) return { texts: value.map(String), name: optionFlag(key) }
      const name = optionVariable(key)
      const variable = session.env[name]
      return variable === undefined || variable === ''
        ? { texts: undefined, name: optionFlag(key) }
        : { texts: [variable], name }
    },
  }
}

/** Turns what commander would print and exit with into an `invalid-argument` that says where to look. */
function throwUsage(command: Commander): Commander {
  return command.exitOverride((error) => {
    if (error.exitCode === 0) throw error
    throw new DeltaError('invalid-argument', usageMessage(command, error), { cause: error })
  })
}

function usageMessage(command: Commander, error: CommanderError): string {
  const path = commandPath(command)
  const offers = command.commands.map((offered) => offered.name()).join(', ')
  if (error.code === 'commander.help') return `"${path}" needs a command: ${offers}`
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '')
  return error.code === 'commander.unknownCommand'
    ? `${message}; "${path}" offers: ${offers}`
    : `${message}; see "${path} --help"`
}

function commandPath(command: Commander): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`
}
