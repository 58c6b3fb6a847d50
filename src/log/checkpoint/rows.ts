import type { AddFile, DeletionVector, DomainMetadata, Metadata, Protocol, RemoveFile, Txn } from '../actions.ts'
import { parseStorageType } from '../parse.ts'
import { present } from '../present.ts'
import { type Cell, Cells } from './cells.ts'
import type { ActionColumns } from './columns.ts'

/** A file in which a v2 checkpoint keeps adds and removes. */
export interface Sidecar {
  /** Its name below `_delta_log/_sidecars`, URI-encoded; some writers put the whole path. */
  readonly path: string
  readonly sizeInBytes: number
}

/** What a v2 checkpoint says about itself. */
export interface CheckpointMetadata {
  readonly version: number
  readonly tags?: Readonly<Record<string, string>>
}

/** The rows that hold an action: those in which one of the fields that it must have is not null. */
function rowsWith(columns: ActionColumns, one: string, other: string = one): number[] {
  const [first = [], second = []] = [columns.get(one), columns.get(other)]
  const rows: number[] = []
  for (let row = 0; row < first.length; row++) if (first[row] !== null || second[row] !== null) rows.push(row)
  return rows
}

/** Gives the adds of a row group. @param stats of a row that has no JSON text of its own. */
export function* addsOf(columns: ActionColumns, stats: Cell<string | undefined> = () => undefined): Generator<AddFile> {
  const cells = new Cells('add', columns)
  const path = cells.need('path', cells.text('path'))
  const partitionValues = cells.need('partitionValues', cells.nullableTexts('partitionValues'))
  const size = cells.need('size', cells.count('size'))
  const modificationTime = cells.need('modificationTime', cells.time('modificationTime'))
  const dataChange = cells.flag('dataChange')
  const text = cells.text('stats')
  const about = aboutFile(cells)
  const provider = cells.text('clusteringProvider')
  for (const row of rowsWith(columns, 'path', 'size')) {
    const add: Writable<AddFile> = {
      path: path(row),
      partitionValues: partitionValues(row),
      size: size(row),
      modificationTime: modificationTime(row),
      dataChange: dataChange(row) ?? false,
    }
    const [statistics, clusteringProvider] = [text(row) ?? stats(row), provider(row)]
    if (statistics !== undefined) add.stats = statistics
    about(row, add)
    if (clusteringProvider !== undefined) add.clusteringProvider = clusteringProvider
    yield add
  }
}

export function* removesOf(columns: ActionColumns): Generator<RemoveFile> {
  const cells = new Cells('remove', columns)
  const path = cells.need('path', cells.text('path'))
  const deletionTimestamp = cells.time('deletionTimestamp')
  const dataChange = cells.flag('dataChange')
  const extended = cells.flag('extendedFileMetadata')
  const partitionValues = cells.nullableTexts('partitionValues')
  const size = cells.count('size')
  const stats = cells.text('stats')
  const about = aboutFile(cells)
  for (const row of rowsWith(columns, 'path', 'dataChange')) {
    const remove: Writable<RemoveFile> = present({
      path: path(row),
      deletionTimestamp: deletionTimestamp(row),
      dataChange: dataChange(row) ?? true,
      extendedFileMetadata: extended(row),
      partitionValues: partitionValues(row),
      size: size(row),
      stats: stats(row),
    })
    about(row, remove)
    yield remove
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Sets what adds and removes may both say about a file: most say nothing, and get no key for it. */
function aboutFile(cells: Cells): (row: number, file: Writable<AddFile> | Writable<RemoveFile>) => void {
  const tags = cells.texts('tags')
  const vector = deletionVector(cells)
  const baseRowId = cells.long('baseRowId')
  const commitVersion = cells.count('defaultRowCommitVersion')
  return (row, file) => {
    const [said, rows, id, version] = [tags(row), vector(row), baseRowId(row), commitVersion(row)]
    if (said !== undefined) file.tags = said
    if (rows !== undefined) file.deletionVector = rows
    if (id !== undefined) file.baseRowId = id
    if (version !== undefined) file.defaultRowCommitVersion = version
  }
}

function deletionVector(cells: Cells): Cell<DeletionVector | undefined> {
  const storageType = cells.text('deletionVector.storageType')
  const path = cells.need('deletionVector.pathOrInlineDv', cells.text('deletionVector.pathOrInlineDv'))
  const offset = cells.count('deletionVector.offset')
  const size = cells.count('deletionVector.sizeInBytes')
  const sizeInBytes = cells.need('deletionVector.sizeInBytes', size)
  const cardinality = cells.need('deletionVector.cardinality', cells.count('deletionVector.cardinality'))
  const type = cells.need('deletionVector.storageType', storageType)
  return (row) => {
    if (storageType(row) === undefined && size(row) === undefined) return undefined
    return present({
      storageType: parseStorageType(type(row)),
      pathOrInlineDv: path(row),
      offset: offset(row),
      sizeInBytes: sizeInBytes(row),
      cardinality: cardinality(row),
    })
  }
}

export function protocolsOf(columns: ActionColumns): Protocol[] {
  const cells = new Cells('protocol', columns)
  const minReaderVersion = cells.need('minReaderVersion', cells.count('minReaderVersion'))
  const minWriterVersion = cells.need('minWriterVersion', cells.count('minWriterVersion'))
  const [readerFeatures, writerFeatures] = [cells.names('readerFeatures'), cells.names('writerFeatures')]
  return rowsWith(columns, 'minReaderVersion', 'minWriterVersion').map((row) => {
    const versions = { minReaderVersion: minReaderVersion(row), minWriterVersion: minWriterVersion(row) }
    return present({
      ...versions,
      readerFeatures: listed(readerFeatures(row), versions.minReaderVersion >= 3),
      writerFeatures: listed(writerFeatures(row), versions.minWriterVersion >= 7),
    })
  })
}

/** Some writers put an empty list where there is none. */
function listed(names: readonly string[] | undefined, expected: boolean): readonly string[] | undefined {
  return names?.length === 0 && !expected ? undefined : names
}

export function metadataOf(columns: ActionColumns): Metadata[] {
  const cells = new Cells('metaData', columns)
  const [id, schemaString] = [
    cells.need('id', cells.text('id')),
    cells.need('schemaString', cells.text('schemaString')),
  ]
  const [name, description, createdTime] = [cells.text('name'), cells.text('description'), cells.time('createdTime')]
  const [provider, options] = [cells.text('format.provider'), cells.texts('format.options')]
  const [partitionColumns, configuration] = [cells.names('partitionColumns'), cells.texts('configuration')]
  return rowsWith(columns, 'id', 'schemaString').map((row) =>
    present({
      id: id(row),
      name: name(row),
      description: description(row),
      format: { provider: provider(row) ?? 'parquet', options: options(row) ?? {} },
      schemaString: schemaString(row),
      partitionColumns: partitionColumns(row) ?? [],
      configuration: configuration(row) ?? {},
      createdTime: createdTime(row),
    }),
  )
}

export function txnsOf(columns: ActionColumns): Txn[] {
  const cells = new Cells('txn', columns)
  const [appId, version] = [cells.need('appId', cells.text('appId')), cells.need('version', cells.long('version'))]
  const lastUpdated = cells.time('lastUpdated')
  return rowsWith(columns, 'appId', 'version').map((row) =>
    present({ appId: appId(row), version: version(row), lastUpdated: lastUpdated(row) }),
  )
}

export function domainsOf(columns: ActionColumns): DomainMetadata[] {
  const cells = new Cells('domainMetadata', columns)
  const domain = cells.need('domain', cells.text('domain'))
  const configuration = cells.need('configuration', cells.text('configuration'))
  const removed = cells.flag('removed')
  return rowsWith(columns, 'domain').map((row) => ({
    domain: domain(row),
    configuration: configuration(row),
    removed: removed(row) ?? false,
  }))
}

export function sidecarsOf(columns: ActionColumns): Sidecar[] {
  const cells = new Cells('sidecar', columns)
  const path = cells.need('path', cells.text('path'))
  const sizeInBytes = cells.need('sizeInBytes', cells.count('sizeInBytes'))
  return rowsWith(columns, 'path', 'sizeInBytes').map((row) => ({ path: path(row), sizeInBytes: sizeInBytes(row) }))
}

export function checkpointMetadataOf(columns: ActionColumns): CheckpointMetadata[] {
  const cells = new Cells('checkpointMetadata', columns)
  const [version, tags] = [cells.need('version', cells.count('version')), cells.texts('tags')]
  return rowsWith(columns, 'version').map((row) => present({ version: version(row), tags: tags(row) }))
}
