import { z } from 'zod'
import { isJsonObject } from '../json.ts'
import { nearest } from './nearest.ts'

/** Of a text that is found, so much is shown. */
const MAX_SHOWN = 40
/** How many of the values that may stand somewhere are named. */
const MAX_OPTIONS = 12

/**
 * What is wrong in one place of a value, as all errors are worded: what was expected, and what was found. A text that is found
 * is shown only where one of a few was expected, for it may be a secret. To be given to `safeParse` as `error`; what a
 * shape says itself stays.
 */
export const inShapeWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}, found ${foundIn(issue.input)}`
    case 'invalid_value':
      return `expected ${optionsOf(issue.values)}, found ${shown(issue.input)}`
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}, found ${sizeOf(issue.input)}`
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}, found ${sizeOf(issue.input)}`
    case 'invalid_format':
      return `expected ${FORMATS[issue.format] ?? `a text of the form ${issue.format}`}, found ${foundIn(issue.input)} that is none`
    case 'unrecognized_keys':
      return `expected known keys only, found ${issue.keys.map((key) => shownKey(key, issue)).join(', ')}`
    case 'invalid_union':
      return unionWords(issue)
    default:
      return undefined
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  url: 'a URL',
  datetime: 'an ISO 8601 time in UTC',
}

/** A key that is not known, with the one that it is most likely meant for among those that may still be given. */
function shownKey(key: string, { inst, input }: z.core.$ZodRawIssue<z.core.$ZodIssueUnrecognizedKeys>): string {
  const known = inst instanceof z.core.$ZodObject ? Object.keys(inst._zod.def.shape) : []
  const meant = nearest(
    key,
    known.filter((name) => !isJsonObject(input) || !Object.hasOwn(input, name)),
  )
  return JSON.stringify(key) + (meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`)
}

function unionWords({ input, discriminator, options }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  if (discriminator === undefined) return `expected another value, found ${foundIn(input)}`
  const known = Array.isArray(options) ? options : []
  const given = isJsonObject(input) ? input[discriminator] : undefined
  return known.length === 0
    ? `expected one that is known, found ${shown(given)}`
    : `expected ${optionsOf(known)}, found ${shown(given)}`
}

function optionsOf(values: readonly unknown[]): string {
  const named = values.slice(0, MAX_OPTIONS).map((value) => JSON.stringify(value))
  if (values.length > MAX_OPTIONS) return `${named.join(', ')} or one of ${values.length - MAX_OPTIONS} more`
  const last = named.pop() ?? 'nothing'
  return named.length === 0 ? last : `${named.join(', ')} or ${last}`
}

function unitOf(origin: string, count: number | bigint): string {
  const unit = origin === 'string' ? 'character' : 'element'
  if (origin !== 'string' && origin !== 'array') return ''
  return ` ${unit}${count === 1 ? '' : 's'}`
}

function sizeOf(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? String(value.length) : foundIn(value)
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return foundIn(value)
  return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value)
}

function foundIn(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  return Array.isArray(value) ? 'a list' : 'an object'
}
