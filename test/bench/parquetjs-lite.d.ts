/** The part of parquetjs-lite that the benches use; the package brings no types. */
declare module 'parquetjs-lite' {
  class ParquetSchema {
    constructor(fields: Record<string, object>)
  }
  class ParquetWriter {
    static openFile(schema: ParquetSchema, path: string): Promise<ParquetWriter>
    setRowGroupSize(rows: number): void
    appendRow(row: object): Promise<void>
    close(): Promise<void>
  }
  const parquet: { ParquetSchema: typeof ParquetSchema; ParquetWriter: typeof ParquetWriter }
  export default parquet
}
