import type { AddFile, RemoveFile } from './actions.ts'

/** Checks a member that a parsed file action may have. */
type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isWhole: Check = (value) => Number.isSafeInteger(value)
const isCount: Check = (value) => isWhole(value) && Number(value) >= 0

/** The fields that all but a few lines are made of. What else a line may hold, and what is wrong with it, others say. */
const ADD: ReadonlyMap<string, Check> = new Map([
  ['path', isText],
  ['partitionValues', isMapOf((value) => value === null || typeof value === 'string')],
  ['size', isCount],
  ['modificationTime', isWhole],
  ['dataChange', isFlag],
  ['stats', isText],
  ['tags', isMapOf(isText)],
  ['baseRowId', isWhole],
  ['defaultRowCommitVersion', isCount],
  ['clusteringProvider', isText],
])
const ADD_NEEDS = ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange']

const REMOVE: ReadonlyMap<string, Check> = new Map([
  ['path', isText],
  ['deletionTimestamp', isWhole],
  ['dataChange', isFlag],
  ['extendedFileMetadata', isFlag],
  ['partitionValues', isMapOf((value) => value === null || typeof value === 'string')],
  ['size', isCount],
  ['stats', isText],
  ['tags', isMapOf(isText)],
  ['baseRowId', isWhole],
  ['defaultRowCommitVersion', isCount],
])
const REMOVE_NEEDS = ['path', 'dataChange']

/**
 * An `add` or `remove` line taken as the engine's parser gives it, without a copy: the short cut for the lines that logs
 * are made of. Every number in it is checked to be whole and within 2^53, so none can have lost a digit. @returns undefined for any
 * line that is not just so: it is then parsed with care.
 */
export function parseFileLine(line: string): { add: AddFile } | { remove: RemoveFile } | undefined {
  if (line.startsWith('{"add":{')) {
    const action = parsed(line, 'add', ADD, ADD_NEEDS)
    return action && { add: action as unknown as AddFile }
  }
  if (line.startsWith('{"remove":{')) {
    const action = parsed(line, 'remove', REMOVE, REMOVE_NEEDS)
    return action && { remove: action as unknown as RemoveFile }
  }
  return undefined
}

function parsed(
  line: string,
  name: string,
  checks: ReadonlyMap<string, Check>,
  needs: readonly string[],
): Record<string, unknown> | undefined {
  const action = fromJson(line)
  if (action === undefined) return undefined
  for (const key in action) if (key !== name) return undefined
  const body = action[name]
  if (!isRecord(body)) return undefined
  for (const key in body) if (!checks.get(key)?.(body[key])) return undefined
  for (const key of needs) if (body[key] === undefined) return undefined
  return body
}

function fromJson(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isMapOf(check: Check): Check {
  return (value) => {
    if (!isRecord(value)) return false
    for (const key in value) if (!check(value[key])) return false
    return true
  }
}
