import { DeltaError } from '../../errors.ts'
import { inShapeWords, shapeProblems } from '../../record/index.ts'
import { foldName } from '../name.ts'
import { fromReference } from './reference.ts'
import { type ShareDocument, shareDocumentShape } from './shape.ts'

/** A document as it was read, and what of it was left aside. */
export interface ParsedDocument {
  readonly document: ShareDocument
  readonly notices: readonly string[]
}

/**
 * Parses a document of ours, in which every key must be known (a filter with a typing error would show everything), or
 * a configuration of the reference server, of which the shares are taken. `value` is what a parser of YAML or JSON gave.
 * @throws {DeltaError} `invalid-argument` naming every place that is wrong.
 */
export function parseShareDocument(value: unknown): ParsedDocument {
  const notices: string[] = []
  const document = isReference(value) ? fromReference(value, (text) => notices.push(text)) : parseOurs(value)
  checkNamedOnce(document)
  return { document, notices }
}

function isReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'version' in value && !('manifestVersion' in value)
}

function parseOurs(value: unknown): ShareDocument {
  const parsed = shareDocumentShape.safeParse(value, { error: inShapeWords })
  if (parsed.success) return parsed.data
  throw new DeltaError(
    'invalid-argument',
    `this says not what is shared: ${shapeProblems(parsed.error, 'the document')}`,
  )
}

function checkNamedOnce({ shares = [], recipients = [] }: ShareDocument): void {
  checkDistinct('share', shares)
  checkDistinct('recipient', recipients)
  for (const { name, schemas = [] } of shares) {
    checkDistinct(`schema of share ${name}`, schemas)
    for (const schema of schemas) checkDistinct(`table of ${name}.${schema.name}`, schema.tables)
  }
}

function checkDistinct(what: string, items: readonly { readonly name: string }[]): void {
  const names = new Set<string>()
  for (const { name } of items) {
    if (names.has(foldName(name))) {
      throw new DeltaError('invalid-argument', `the document names the ${what} ${JSON.stringify(name)} twice`)
    }
    names.add(foldName(name))
  }
}
