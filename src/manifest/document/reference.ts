import { z } from 'zod'
import { DeltaError } from '../../errors.ts'
import { inShapeWords, shapeProblems } from '../../record/index.ts'
import { MANIFEST_VERSION } from '../version.ts'
import type { DeclaredTable, ShareDocument } from './shape.ts'

const tableShape = z.looseObject({
  name: z.string(),
  location: z.string(),
  id: z.string().nullish(),
  historyShared: z.boolean().nullish(),
  startVersion: z.int().nonnegative().nullish(),
})

const schemaShape = z.looseObject({ name: z.string(), tables: z.array(tableShape).nullish() })

const shareShape = z.looseObject({ name: z.string(), schemas: z.array(schemaShape).nullish() })

/** The configuration of the reference server (`ServerConfig.scala`), which accepts keys that it does not know. */
const referenceShape = z.looseObject({ version: z.literal(1), shares: z.array(shareShape).nullish() })

/**
 * What a configuration of the reference server shares, as a document of ours; what else it says goes to `notice`. It
 * knows no recipients.
 * @throws {DeltaError} `invalid-argument` when it is no such configuration.
 */
export function fromReference(value: unknown, notice: (text: string) => void): ShareDocument {
  const parsed = referenceShape.safeParse(value, { error: inShapeWords })
  if (!parsed.success) {
    throw new DeltaError(
      'invalid-argument',
      `this is no configuration of the reference server: ${shapeProblems(parsed.error, 'the document')}`,
    )
  }
  const settings = unknownKeys(parsed.data, referenceShape)
  if (settings.length > 0) {
    notice(`left aside, for they are about the reference server and not about shares: ${settings.join(', ')}`)
  }
  const noteUnknown = (what: string, object: object, shape: z.ZodObject): void => {
    const unknown = unknownKeys(object, shape)
    if (unknown.length > 0) notice(`left aside in ${what}: ${unknown.join(', ')}`)
  }
  const shares = (parsed.data.shares ?? []).map((share) => {
    noteUnknown(`share ${share.name}`, share, shareShape)
    const schemas = (share.schemas ?? []).map((schema) => {
      noteUnknown(`schema ${share.name}.${schema.name}`, schema, schemaShape)
      const tables = (schema.tables ?? []).map((table) => {
        const what = `table ${share.name}.${schema.name}.${table.name}`
        noteUnknown(what, table, tableShape)
        return fromReferenceTable(table, (text) => notice(`${what}: ${text}`))
      })
      return { name: schema.name, tables }
    })
    return { name: share.name, schemas }
  })
  return { manifestVersion: MANIFEST_VERSION, shares }
}

function fromReferenceTable(
  { name, location, id, historyShared, startVersion }: z.infer<typeof tableShape>,
  notice: (text: string) => void,
): DeclaredTable {
  const history = historyShared === true
  if (startVersion && !history) notice('its startVersion means nothing without historyShared')
  const isUuid = z.uuid().safeParse(id).success
  if (id && !isUuid) notice(`its id ${JSON.stringify(id)} is no UUID: it gets a new one`)
  return {
    name,
    location: location.replace(/^s3[an]:\/\//i, 's3://'),
    ...(history ? { history } : {}),
    ...(startVersion && history ? { startVersion } : {}),
    ...(id && isUuid ? { id } : {}),
  }
}

function unknownKeys(object: object, { shape }: z.ZodObject): string[] {
  return Object.keys(object).filter((key) => !Object.hasOwn(shape, key))
}
