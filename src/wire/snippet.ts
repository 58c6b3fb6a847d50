/** A way to read a shared table with a tool that a recipient may have. */
export interface Snippet {
  readonly tool: string
  /** What to install, or where to click first. */
  readonly before: string
  /** To be copied as it is. The token is never in it: the tools take it from the profile file. */
  readonly code: string
}

/** A shared table by its names, and the endpoint where it is shared. */
export interface SnippetSubject {
  /** `share.schema.table`; a placeholder stands in for a table that is not known yet. */
  readonly table?: string | undefined
  readonly endpoint: string
}

/** The name under which a profile file is downloaded. */
export const PROFILE_FILE = 'config.share'

/** How pandas, Spark, DuckDB and Power BI read a shared table with the profile file. */
export function readingSnippets({ table = '<share>.<schema>.<table>', endpoint }: SnippetSubject): Snippet[] {
  const address = JSON.stringify(`${PROFILE_FILE}#${table}`)
  return [
    {
      tool: 'pandas',
      before: 'pip install delta-sharing',
      code: `import delta_sharing\n\nframe = delta_sharing.load_as_pandas(${address})`,
    },
    {
      tool: 'Spark',
      before: 'pyspark --packages io.delta:delta-sharing-spark_2.13:4.0.1',
      code: `df = spark.read.format("deltaSharing").load(${address})\ndf.show()`,
    },
    {
      tool: 'DuckDB',
      before: 'pip install duckdb delta-sharing',
      // By Arrow: of a pandas frame DuckDB guesses the members of structs from a sample of the rows, and may fail on the others.
      code: `import delta_sharing, duckdb, pyarrow\n\nframe = delta_sharing.load_as_pandas(${address})\nshared = pyarrow.Table.from_pandas(frame)\nduckdb.sql("SELECT count(*) FROM shared").show()`,
    },
    {
      tool: 'Power BI',
      before: `Get data → Delta Sharing. Server URL: the line below. Authentication: Key, with the bearerToken that stands in ${PROFILE_FILE}. Of a table with more rows than its row limit (advanced options), a million at first, it loads a part.`,
      code: endpoint,
    },
  ]
}
