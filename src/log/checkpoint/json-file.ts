import { isJsonObject, type JsonObject } from '../../json.ts'
import { Fields } from '../fields.ts'
import { parseFileLine } from '../file-line.ts'
import { readLines, textPieces } from '../lines.ts'
import { parseAction, parseLine } from '../parse.ts'
import { present } from '../present.ts'
import type { CheckpointAction } from './state.ts'

/**
 * The actions of a v2 checkpoint's top file in JSON (PROTOCOL.md "V2 Spec").
 * @throws {DeltaError} `invalid-data` naming file and line.
 */
export function checkpointLines(body: Uint8Array, file: string): Generator<CheckpointAction> {
  return readLines(textPieces(body, file), file, parseCheckpointLine)
}

function parseCheckpointLine(line: string): readonly CheckpointAction[] {
  const file = parseFileLine(line)
  if (file) return [file]
  const object = parseLine(line)
  return [...parseAction(object), ...sidecarIn(object), ...checkpointMetadataIn(object)]
}

function sidecarIn({ sidecar }: JsonObject): CheckpointAction[] {
  if (!isJsonObject(sidecar)) return []
  const fields = new Fields('sidecar', sidecar)
  return [{ sidecar: { path: fields.text('path'), sizeInBytes: fields.count('sizeInBytes') } }]
}

function checkpointMetadataIn({ checkpointMetadata }: JsonObject): CheckpointAction[] {
  if (!isJsonObject(checkpointMetadata)) return []
  const fields = new Fields('checkpointMetadata', checkpointMetadata)
  const about = { version: fields.count('version'), tags: fields.maybeTexts('tags') }
  return [{ checkpointMetadata: present(about) }]
}
