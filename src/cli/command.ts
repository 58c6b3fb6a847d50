import type { OptionSpec } from './option.ts'
import type { Session } from './session.ts'

/** A command as the program mounts it: what it is called, what it takes, and what it does. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** Further help: examples, what the output looks like. */
  readonly details?: string
  /** Name → explanation, in order; all must be given. */
  readonly arguments: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, OptionSpec<unknown>>>
  run(given: Given, session: Session): Promise<void>
}

/** What stood on the command line and in the environment, still as text. */
export interface Given {
  readonly arguments: readonly string[]
  /** Every text given for an option, and the name under which it was given, for messages. */
  option(key: string): { readonly texts: readonly string[] | undefined; readonly name: string }
}

type Values<A, O> = { readonly [K in keyof A]: string } & {
  readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never
}

interface Definition<A, O> {
  readonly name: string
  readonly summary: string
  readonly details?: string
  readonly arguments: A
  readonly options: O
  run(values: Values<A, O>, session: Session): Promise<void>
}

/** Defines a command whose `run` sees its arguments and options typed and checked. */
export function command<
  const A extends Readonly<Record<string, string>>,
  const O extends Readonly<Record<string, OptionSpec<unknown>>>,
>(definition: Definition<A, O>): Command {
  return {
    ...definition,
    async run(given, session) {
      const entries: [string, unknown][] = Object.keys(definition.arguments).map((key, i) => [key, given.arguments[i]])
      for (const [key, option] of Object.entries(definition.options)) {
        const { texts, name } = given.option(key)
        entries.push([key, option.read(texts, name)])
      }
      // The entries were read by the very specs from which the type is made.
      await definition.run(Object.fromEntries(entries) as Values<A, O>, session)
    },
  }
}
