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
export {
  createRecipient,
  type Invitation,
  type NewRecipient,
  revokeRecipient,
  rotateRecipient,
} from './edit-recipient.ts'
export { addTable, createShare, dropShare, type NewTable, removeTable } from './edit-share.ts'
export { grantShare, isGranted, ungrantShare } from './grant.ts'
export { checkIpRange, isAllowedIp, networkOf } from './ip-range.ts'
export { foldName, parseTableName, sameName } from './name.ts'
export type { ManifestOptions } from './object.ts'
export type { PartitionFilter } from './partition-filter.ts'
export { objectStorePlane, type PlanePromises, type SharePlane } from './plane.ts'
export {
  findRecipient,
  type Grant,
  listRecipients,
  type Recipient,
  type RecipientInfo,
  showRecipient,
} from './recipient.ts'
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
export { findTable, listShares, loadShare, type Share, type TableEntry } from './share.ts'
export { hasPassed, isoTime } from './time.ts'
export { type CredentialKind, type PresentedCredential, parseCredential } from './token.ts'
