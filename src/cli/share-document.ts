import { dirname } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { stringify as formatYaml, parse as parseYaml, YAMLError } from 'yaml'
import { DeltaError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { type ParsedDocument, parseShareDocument, type ShareDocument } from '../manifest/index.ts'
import { locationOf, pathOf, type Session } from './session.ts'
import { readText } from './text-file.ts'

/** YAML, of which JSON is a part, as people keep it under version control. */
export function formatDocument(document: ShareDocument): string {
  return formatYaml(document, { lineWidth: 0 })
}

/**
 * Reads a document of what is shared from a file, or from stdin for `-`. Relative locations start at the file.
 * @throws {DeltaError} `not-found`; `invalid-argument` naming what is wrong where.
 */
export async function readDocument(file: string, session: Session): Promise<ParsedDocument> {
  const isStdin = file === '-'
  const text = isStdin ? await textOf(session.stdin) : await readText(file, 'the document', session)
  const { document, notices } = parseShareDocument(parseText(text, isStdin ? 'stdin' : file))
  const cwd = isStdin ? session.cwd : dirname(pathOf(file, session))
  return { document: withLocations(document, (location) => locationOf(location, { cwd })), notices }
}

function parseText(text: string, name: string): JsonValue {
  try {
    return parseYaml(text, exactNumber, { intAsBigInt: true })
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new DeltaError(
        'invalid-argument',
        `${name} has no end: it is nested too deep, or an alias stands in what it names`,
        { cause },
      )
    }
    if (!(cause instanceof YAMLError || cause instanceof ReferenceError)) throw cause
    const [place] = cause.message.split('\n')
    throw new DeltaError('invalid-argument', `${name} is neither YAML nor JSON: ${place}`, { cause })
  }
}

/** Integers that a number cannot hold stay as they are: what is parsed next refuses them, rather than round them. */
function exactNumber(_key: unknown, value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function withLocations(document: ShareDocument, resolve: (location: string) => string): ShareDocument {
  return {
    ...document,
    shares: document.shares?.map((share) => ({
      ...share,
      schemas: share.schemas?.map((schema) => ({
        ...schema,
        tables: schema.tables.map((table) => ({ ...table, location: resolve(table.location) })),
      })),
    })),
  }
}
