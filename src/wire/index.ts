export {
  acceptedFormats,
  CAPABILITIES_HEADER,
  type Capabilities,
  formatCapabilitiesOf,
  parseCapabilities,
  type ResponseFormat,
  TABLE_VERSION_HEADER,
} from './capabilities.ts'
export { formatErrorBody, parseErrorAnswer, type WireError, wireError } from './error-body.ts'
export { fileId } from './file-id.ts'
export { formatPageToken, type PageToken, parsePageToken } from './page-token.ts'
export { formatProfile, type Profile, parseProfile } from './profile.ts'
export {
  type EndStreamLine,
  type FileLine,
  formatResponseLine,
  type MetadataLine,
  type ProtocolLine,
  parseResponseLine,
  type ResponseLine,
} from './response-line.ts'
export { formatSignedText, parseSignedText } from './signed-text.ts'
export { formatTableQuery, parseInstant, parseTableQuery, type TableQuery } from './table-query.ts'
