import { DeltaError } from '../../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts'

/**
 * Refuses a file that is one JSON object and holds its rows, if any, somewhere inside: a map, a graph, columns.
 * @throws {DeltaError} `unsupported`, with what the file seems to be and how to get rows out of it.
 */
export function refuseDocument(document: JsonObject, name: string): void {
  const nested = Object.entries(document).filter(([, value]) => value !== null && typeof value === 'object')
  // One flat object is one row.
  if (nested.length === 0) return
  throw new DeltaError(
    'unsupported',
    `${name} is one JSON object, not rows: ${describe(document, nested)}; a table is read from an array of objects or from JSON Lines`,
    { file: name },
  )
}

type Member = readonly [key: string, value: JsonValue | undefined]

function describe(document: JsonObject, nested: readonly Member[]): string {
  if (document.type === 'Topology') {
    return "it is TopoJSON; turn it into GeoJSON (topo2geo), then take the attributes out: jq '[.features[].properties]' FILE"
  }
  if (document.type === 'FeatureCollection') {
    return "it is GeoJSON; take the attributes out first: jq '[.features[].properties]' FILE"
  }
  const members = Object.keys(document).length
  if (nested.length === members && nested.every(([, value]) => isArray(value) && value.every(isScalar))) {
    return `it is written by columns (${shown(nested)}); write rows instead, in pandas: frame.to_json(path, orient="records")`
  }
  if (nested.length === members && nested.every(([, value]) => isJsonObject(value))) {
    return `it is an object of objects (${shown(nested)}); write an array instead, in pandas orient="records", with jq: jq '[.[]]' FILE`
  }
  const rows = nested.find(
    ([, value]) => isArray(value) && value.length > 0 && value.every((item) => isJsonObject(item)),
  )
  const wayOut = rows === undefined ? '' : `; take the rows out first: jq '.${rows[0]}' FILE`
  return `it holds ${shown(nested)}${wayOut}`
}

const SHOWN = 3

function shown(members: readonly Member[]): string {
  const texts = members.slice(0, SHOWN).map(([key, value]) => `${JSON.stringify(key)}: ${kindOf(value)}`)
  return members.length > SHOWN ? `${texts.join(', ')} and ${members.length - SHOWN} more` : texts.join(', ')
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isScalar(value: JsonValue): boolean {
  return value === null || typeof value !== 'object'
}

function kindOf(value: JsonValue | undefined): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (isJsonObject(value)) return 'an object'
  return `a ${typeof value === 'object' || typeof value === 'bigint' ? 'number' : typeof value}`
}
