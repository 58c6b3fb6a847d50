import { fieldStep } from './cast-error.ts'
import { kindNames, LIST, MAP, OBJECT, scalarType } from './kinds.ts'
import { inside, type Place } from './place.ts'
import type { TextColumn } from './rows-as-text.ts'
import { nothingSeen, type Seen } from './seen.ts'
import type { DeltaType } from './types.ts'

/** The type of one place of the rows, and what became of the values there. */
export interface Settled {
  readonly type: DeltaType
  readonly notices: readonly string[]
  readonly textColumns: readonly TextColumn[]
}

/** Finds the type that holds everything that was seen at a place; `path` is the same place as a {@link TextColumn} says it. */
export function settle(seen: Seen, place: Place, path: readonly string[]): Settled {
  switch (seen.kinds) {
    case OBJECT:
      return settleStruct(seen, place, path)
    case LIST:
      return settleArray(seen, place, path)
    case MAP:
      return settleMap(seen, place, path)
    default:
      return settleScalar(seen, place, path)
  }
}

function settleScalar({ kinds }: Seen, place: Place, path: readonly string[]): Settled {
  const scalar = scalarType(kinds)
  if (scalar !== undefined) {
    const { type, compromise } = scalar
    return { type, notices: compromise === undefined ? [] : [`column ${place.at} ${compromise}`], textColumns: [] }
  }
  const as = (kinds & (OBJECT | LIST | MAP)) === 0 ? 'text' : 'json'
  return textOf(`mixes ${kindNames(kinds)}`, as, place, path)
}

function settleStruct({ fields = new Map<string, Seen>() }: Seen, place: Place, path: readonly string[]): Settled {
  if (fields.size === 0) return textOf('has nothing but empty objects', 'json', place, path)
  const settled = Array.from(fields, ([name, seen]) => {
    return { name, ...settle(seen, inside(place, fieldStep(name)), [...path, name]) }
  })
  return {
    type: {
      type: 'struct',
      fields: settled.map(({ name, type }) => ({ name, type, nullable: true, metadata: {} })),
    },
    notices: settled.flatMap(({ notices }) => notices),
    textColumns: settled.flatMap(({ textColumns }) => textColumns),
  }
}

function settleArray({ element = nothingSeen() }: Seen, place: Place, path: readonly string[]): Settled {
  const settled = settle(element, inside(place, '[]'), [...path, 'element'])
  return { ...settled, type: { type: 'array', elementType: settled.type, containsNull: true } }
}

function settleMap(
  { key = nothingSeen(), value = nothingSeen() }: Seen,
  place: Place,
  path: readonly string[],
): Settled {
  const keys = settle(key, inside(place, '{key}'), [...path, 'key'])
  const values = settle(value, inside(place, '{}'), [...path, 'value'])
  return {
    type: { type: 'map', keyType: keys.type, valueType: values.type, valueContainsNull: true },
    notices: [...keys.notices, ...values.notices],
    textColumns: [...keys.textColumns, ...values.textColumns],
  }
}

function textOf(problem: string, as: TextColumn['as'], { at }: Place, path: readonly string[]): Settled {
  const taken = as === 'json' ? 'JSON text' : 'string'
  return {
    type: { type: 'string' },
    notices: [`column ${at} ${problem}: taken as ${taken}`],
    textColumns: [{ path, as }],
  }
}
