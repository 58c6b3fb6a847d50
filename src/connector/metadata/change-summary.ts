import { formatJson, type JsonObject } from '../../json.ts'
import { sameJson } from '../../record/index.ts'
import type { SchemaFieldRow } from './schema-fields.ts'

/**
 * `CHANGE_SUMMARY`: how the fields of a version differ from those of the version before, in the words of Kadoa's preview of
 * a change, each list in the order of the schema:
 *
 * ```json
 * { "added": [{ "name": "rating", "dataType": "NUMBER", "isKey": false }],
 *   "removed": [{ "name": "sku", "dataType": "STRING", "isKey": true }],
 *   "updated": [{ "name": "price", "dataType": "MONEY", "isKey": false, "previousDataType": "NUMBER", "previousIsKey": false }],
 *   "unchanged": ["title"] }
 * ```
 *
 * A field is updated when its type, its part in the key, or the columns that it is published in changed. Null for the
 * first version, which is no change of anything.
 */
export function changeSummary(
  previous: readonly SchemaFieldRow[] | undefined,
  next: readonly SchemaFieldRow[],
): string | null {
  if (previous === undefined) return null
  const before = fieldsOf(previous)
  const after = fieldsOf(next)
  const stayed = [...after.values()].flatMap((now) => {
    const was = before.get(now.name)
    return was === undefined ? [] : [{ now, was, isSame: sameJson(now, was) }]
  })
  return formatJson({
    added: [...after.values()].filter(({ name }) => !before.has(name)).map(describe),
    removed: [...before.values()].filter(({ name }) => !after.has(name)).map(describe),
    updated: stayed
      .filter(({ isSame }) => !isSame)
      .map(({ now, was }) => ({
        ...describe(now),
        previousDataType: was.dataType,
        previousIsKey: was.isKey,
      })),
    unchanged: stayed.filter(({ isSame }) => isSame).map(({ now }) => now.name),
  })
}

/** What a customer's table shows of a field. */
interface ShownField {
  readonly name: string
  readonly dataType: string
  readonly isKey: boolean
  readonly columns: readonly (readonly string[])[]
}

function fieldsOf(rows: readonly SchemaFieldRow[]): ReadonlyMap<string, ShownField> {
  const fields = new Map<string, ShownField>()
  for (const { FIELD_NAME: name, KADOA_TYPE: dataType, IS_KEY, ...row } of rows) {
    const isKey = IS_KEY === true || fields.get(name)?.isKey === true
    const columns = [...(fields.get(name)?.columns ?? []), [row.COLUMN_NAME, row.DELTA_TYPE, row.CAST_POLICY]]
    fields.set(name, { name, dataType, isKey, columns })
  }
  return fields
}

function describe({ name, dataType, isKey }: ShownField): JsonObject {
  return { name, dataType, isKey }
}
