export type { JsonValue } from '../json.ts'
export type { DamagedRecord } from '../record/index.ts'
export {
  ACTIVATION_LIFETIME,
  type ActivationState,
  activationUrl,
  type Credential,
  checkAddress,
  lookUpActivation,
  parseActivationCode,
  type Redemption,
  redeemActivation,
} from './activation.ts'
export { type Candidate, openCandidate } from './candidate.ts'
export { applyPlan } from './document/apply.ts'
export type { Difference } from './document/difference.ts'
export { exportShares } from './document/export.ts'
export { type ParsedDocument, parseShareDocument } from './document/parse.ts'
export { type Change, type ManifestPlan, type PlanOptions, planShares } from './document/plan.ts'
export { type ShareDocument, shareDocumentSchema } from './document/shape.ts'
export {
  checkedOverlap,
  createRecipient,
  dropRecipient,
  type NewRecipient,
  type RecipientChange,
  revokeRecipient,
  rotateRecipient,
  setRecipient,
} from './edit-recipient.ts'
export {
  addTable,
  createShare,
  dropShare,
  type NewShare,
  type NewTable,
  removeTable,
  type ShareChange,
  setShare,
  setTable,
} from './edit-share.ts'
export { type Finding, failed, passed } from './finding.ts'
export { grantShare, isGranted, recipientsOf, type ShareOfRecipient, ungrantShare } from './grant.ts'
export type { Invitation } from './invitation.ts'
export { checkIpRange, isAllowedIp, networkOf } from './ip-range.ts'
export { type Replacement, replaceLeaked } from './leak.ts'
export { foldName, parseTableName, sameName } from './name.ts'
export type { ManifestOptions } from './options.ts'
export type { PartitionFilter } from './partition-filter.ts'
export { pinnedVersions } from './pins.ts'
export {
  objectStorePlane,
  type PlaneAbout,
  type PlanePromises,
  type PlaneRecipient,
  type PlaneRotation,
  type SharePlane,
  type TableToShow,
} from './plane.ts'
export { type Publication, publish, published, publishedOn } from './publish.ts'
export {
  EXPIRY_WARNING,
  findRecipient,
  type Grant,
  leakShape,
  listRecipients,
  type Recipient,
  type RecipientInfo,
  showRecipient,
  surveyRecipients,
} from './recipient.ts'
export { checkedTerms, type RecipientTerms } from './recipient-terms.ts'
export { sameHash } from './secret.ts'
export {
  DEFAULT_ENDPOINT,
  ensureSigningKeys,
  loadServerSettings,
  parseEndpoint,
  recordPublicUrl,
  type ServerSettings,
  type SigningKey,
} from './server-settings.ts'
export {
  findTable,
  listShares,
  loadShare,
  type Share,
  type ShareDescription,
  surveyShares,
  type TableEntry,
} from './share.ts'
export { parseSharingIdentifier, unknownCloudOf } from './sharing-identifier.ts'
export type { ShownTable, TableChange, TableName } from './table-entry.ts'
export { hasPassed, isoTime } from './time.ts'
export { type CredentialKind, type PresentedCredential, parseCredential } from './token.ts'
