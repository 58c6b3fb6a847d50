import { DeltaError } from '../errors.ts'
import {
  type Action,
  checkSettable,
  checkWritable,
  type Metadata,
  protocolFor,
  type Snapshot,
  takeProperties,
  withRowTrackingColumns,
} from '../log/index.ts'
import { commitAfter } from './commit.ts'
import type { TableContext } from './settings.ts'
import type { CommitOptions, Written } from './write.ts'

export type PropertyOptions = Pick<CommitOptions, 'signal'>

/**
 * Sets properties of a table, in one commit. The protocol rises where they, or a `delta.feature.<name>=supported` among
 * them, use a table feature that it does not have. Where nothing changes, nothing is committed.
 * @throws {DeltaError} `invalid-argument` for a property that is none; `unsupported` for one that we could not obey;
 * `conflict` when somebody else changed the table meanwhile.
 */
export async function setProperties(
  context: TableContext,
  snapshot: Snapshot,
  given: Readonly<Record<string, string>>,
  options: PropertyOptions,
): Promise<Written> {
  const { properties, features } = takeProperties(given)
  const before = snapshot.metadata.configuration
  checkMode(properties, before)
  const configuration = withRowTrackingColumns({ ...before, ...properties }, context.runtime)
  return change(context, snapshot, { configuration, features }, options, {
    operation: 'SET TBLPROPERTIES',
    operationParameters: { properties: JSON.stringify(given) },
  })
}

/** Takes properties away, in one commit; those that the table does not have are none to take. @throws as {@link setProperties}. */
export async function unsetProperties(
  context: TableContext,
  snapshot: Snapshot,
  names: readonly string[],
  options: PropertyOptions,
): Promise<Written> {
  names.forEach(checkSettable)
  const before = snapshot.metadata.configuration
  const configuration = Object.fromEntries(Object.entries(before).filter(([name]) => !names.includes(name)))
  checkMode({ 'delta.columnMapping.mode': configuration['delta.columnMapping.mode'] ?? 'none' }, before)
  return change(context, snapshot, { configuration, features: [] }, options, {
    operation: 'UNSET TBLPROPERTIES',
    operationParameters: { properties: JSON.stringify(names), ifExists: 'true' },
  })
}

interface Change {
  readonly configuration: Metadata['configuration']
  readonly features: readonly string[]
}

async function change(
  context: TableContext,
  snapshot: Snapshot,
  { configuration, features }: Change,
  { signal }: PropertyOptions,
  operation: { readonly operation: string; readonly operationParameters: Readonly<Record<string, string>> },
): Promise<Written> {
  const { metadata, schema, protocol: before, version } = snapshot
  checkWritable(before, metadata, context.store.location)
  const protocol = protocolFor(schema, configuration, { before, features })
  const actions: Action[] = []
  if (protocol !== before) actions.push({ protocol })
  if (!isSame(configuration, metadata.configuration)) actions.push({ metaData: { ...metadata, configuration } })
  const counts = { rows: 0, files: 0, bytes: 0 }
  if (actions.length === 0) return { snapshot, result: { version, ...counts, skipped: false } }
  // It looks at no row: whoever appends or deletes meanwhile does not mind.
  const request = { snapshot, actions, ...operation, blindAppend: false, reads: () => false }
  const { snapshot: after, ...settled } = await commitAfter(context, request, signal)
  return { snapshot: after, result: { ...settled, ...counts } }
}

function checkMode(properties: Metadata['configuration'], before: Metadata['configuration']): void {
  const name = 'delta.columnMapping.mode'
  const [was, is] = [before[name] ?? 'none', properties[name] ?? before[name] ?? 'none']
  if (was.toLowerCase() === is.toLowerCase()) return
  const message = `property ${name}: a table that exists keeps its mode, ${was}; choose ${is} when the table is created`
  throw new DeltaError('unsupported', message, { feature: 'columnMapping' })
}

function isSame(a: Metadata['configuration'], b: Metadata['configuration']): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
