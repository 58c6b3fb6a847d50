import { DeltaError, isDeltaError } from '../errors.ts'
import { onOrOff } from './value.ts'

/**
 * One option of a command. Its name comes from its key in the command (`partitionBy` is `--partition-by` and
 * `DELTAQUILL_PARTITION_BY`); all that was given arrives here as text and leaves as a value.
 */
export interface OptionSpec<T> {
  /** What stands for the value in the help; absent for an option without one. */
  readonly placeholder?: string
  /** The value may be left away; then the option reads as `true`. */
  readonly isBare?: boolean
  readonly about: string
  /** `texts`: every value given, in order; undefined if the option was not given. `name` is for messages. */
  read(texts: readonly string[] | undefined, name: string): T
}

/** Turns the text of an option into its value, or throws `invalid-argument` with what was expected and found. */
export type ParseText<T> = (text: string) => T

/** An option without a value: on or off. An environment variable that is empty says nothing. */
export function flag(about: string): OptionSpec<boolean> {
  return { about, read: (texts = [''], name) => texts.at(-1) !== '' && last(texts, name, onOrOff) }
}

export function optional<T>(placeholder: string, about: string, parse: ParseText<T>): OptionSpec<T | undefined> {
  return {
    placeholder,
    about,
    read: (texts, name) => (texts === undefined ? undefined : last(texts, name, parse)),
  }
}

/** As `optional`, but its value may be left away: then `parse` is given `true`. */
export function optionalValue<T>(placeholder: string, about: string, parse: ParseText<T>): OptionSpec<T | undefined> {
  return { ...optional(placeholder, about, parse), isBare: true }
}

export function withDefault<T>(placeholder: string, about: string, parse: ParseText<T>, text: string): OptionSpec<T> {
  return {
    placeholder,
    about: `${about} (default: ${text})`,
    read: (texts, name) => last(texts ?? [text], name, parse),
  }
}

export function required<T>(placeholder: string, about: string, parse: ParseText<T>): OptionSpec<T> {
  return {
    placeholder,
    about: `${about} (required)`,
    read(texts, name) {
      if (texts === undefined) {
        throw new DeltaError('invalid-argument', `${name} is missing (${about}); see --help`)
      }
      return last(texts, name, parse)
    },
  }
}

/** An option that may be given many times; in its environment variable one value a line. */
export function repeated<T>(placeholder: string, about: string, parse: ParseText<T>): OptionSpec<readonly T[]> {
  return {
    placeholder,
    about: `${about}; may be repeated`,
    read: (texts = [], name) => texts.flatMap((text) => text.split('\n')).map((text) => parseNamed(text, name, parse)),
  }
}

/** `partitionBy` → `--partition-by`. */
export function optionFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** A text of the library in which members of its API are called as the command line calls them, by its options. */
export function inFlags(text: string, keys: readonly string[]): string {
  return keys.reduce((said, key) => said.replaceAll(new RegExp(`(?<![-\\w])${key}\\b`, 'g'), optionFlag(key)), text)
}

/** `partitionBy` → `DELTAQUILL_PARTITION_BY`. */
export function optionVariable(key: string): string {
  return `DELTAQUILL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Given twice, the last one holds. */
function last<T>(texts: readonly string[], name: string, parse: ParseText<T>): T {
  return parseNamed(texts.at(-1) ?? '', name, parse)
}

function parseNamed<T>(text: string, name: string, parse: ParseText<T>): T {
  try {
    return parse(text)
  } catch (error) {
    if (!isDeltaError(error)) throw error
    throw new DeltaError(error.code, `${name}: ${error.message}`, { ...error.details, cause: error })
  }
}
