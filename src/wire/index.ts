export {
  CAPABILITIES_HEADER,
  type Capabilities,
  foldFeature,
  formatCapabilities,
  parseCapabilities,
  type ResponseFormat,
  TABLE_VERSION_HEADER,
} from './capabilities.ts'
export {
  type ChangesQuery,
  formatChangesQuery,
  type PointQuery,
  parseChangesQuery,
  parsePointQuery,
  type UrlParameters,
} from './changes-query.ts'
export {
  type DeltaFile,
  type DeltaFileAction,
  type DeltaLine,
  type DeltaMetadata,
  type DeltaProtocol,
  formatDeltaLine,
  parseDeltaLine,
} from './delta-line.ts'
export type { EndStreamLine } from './end-stream-line.ts'
export { formatErrorBody, parseErrorAnswer, quotedWords, type WireError, wireError, withoutUrls } from './error-body.ts'
export { FILE_ID_HASH_HEADER, fileId, parseFileIdHash } from './file-id.ts'
export { parseInstant } from './instant.ts'
export { parseJsonBody } from './json-body.ts'
export { formatPageToken, type PageToken, parsePageToken } from './page-token.ts'
export {
  formatParquetLine,
  type ParquetChange,
  type ParquetFile,
  type ParquetLine,
  type ParquetMetadata,
  type ParquetProtocol,
  parseParquetLine,
} from './parquet-line.ts'
export { formatProfile, type Profile, parseProfile } from './profile.ts'
export { formatQueryToken, parseQueryToken, type QueryToken, type QueryTokenKind } from './query-token.ts'
export { formatSignedText, parseSignedText } from './signed-text.ts'
export { PROFILE_FILE, readingSnippets, type Snippet, type SnippetSubject } from './snippet.ts'
export type { SharedTableFacts } from './table-facts.ts'
export { formatTableQuery, formatVersionParameters, parseTableQuery, type TableQuery } from './table-query.ts'
