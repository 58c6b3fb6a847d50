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
  class ParquetReader {
    static openBuffer(bytes: Uint8Array): Promise<ParquetReader>
    getCursor(): { nextRowGroup(): Promise<object[] | null> }
  }
  const parquet: {
    ParquetSchema: typeof ParquetSchema
    ParquetWriter: typeof ParquetWriter
    ParquetReader: typeof ParquetReader
  }
  export default parquet
}
