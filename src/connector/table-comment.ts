import type { SharePlane, ShownTable } from '../manifest/index.ts'
import { type MetadataTable, parseTableName } from './table-name.ts'

const OF_METADATA: Readonly<Record<MetadataTable, string>> = {
  WORKFLOWS: 'The workflows of this share, and what their latest tables show.',
  WORKFLOW_SCHEMA_VERSIONS: 'The versions of the schema of each workflow, and the table of each.',
  WORKFLOW_SCHEMA_FIELDS: 'The fields of each version of a schema, and the columns that they are in.',
  WORKFLOW_RUNS: 'The runs of each workflow, and how many rows they have.',
  ACTIVITY_LOG: 'What happened with the workflows, event by event.',
}

/** What recipients read about a table; undefined for a name that the connector does not give. */
export function tableComment(name: string): string | undefined {
  const parsed = parseTableName(name)
  switch (parsed?.kind) {
    case undefined:
      return undefined
    case 'metadata':
      return OF_METADATA[parsed.table]
    case 'latest':
      return 'The latest rows of the workflow, with the columns of its newest schema.'
    case 'version':
      return `The rows of all runs that were published with version ${parsed.version} of the schema of the workflow.`
  }
}

/** The plane, saying of each table of the connector what it is: to whom it shows comments. The sharing protocol has none. */
export function withComments(plane: SharePlane): SharePlane {
  // Who knows recipients by their metastores shows tables in a catalog.
  if (!plane.promises.metastores) return plane
  const commented = (table: ShownTable): ShownTable => ({ ...table, comment: tableComment(table.name) })
  return {
    ...plane,
    publish: (publication) => plane.publish({ ...publication, tables: publication.tables.map(commented) }),
  }
}
