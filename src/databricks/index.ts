export { type CatalogColumn, catalogColumns } from './columns.ts'
export { type Authorizer, type Credentials, personalAccessToken, type Workspace } from './credentials.ts'
export type { Grants, Identity, PrivilegeHolder, Securable } from './grants.ts'
export type { Metastore, MetastoreSummary, Quota, Quotas } from './metastore.ts'
export type { Catalog, CatalogSchema, Catalogs, NewCatalogSchema, Schemas } from './namespaces.ts'
export { oauthM2M, type ServicePrincipal } from './oauth.ts'
export { type DatabricksPlaneOptions, databricksPlane } from './plane.ts'
export type { GrantChange, PrivilegeAssignment } from './privilege.ts'
export type { CatalogRecipient, CatalogRecipientChange, NewCatalogRecipient } from './recipient.ts'
export type { Recipients } from './recipients.ts'
export type { CatalogShare, ShareChange, SharedObject } from './share.ts'
export type { Shares } from './shares.ts'
export { quoteIdentifier, quoteText } from './sql.ts'
export type { Statement, Statements, Warehouse } from './statements.ts'
export type {
  ExternalLocation,
  ExternalLocations,
  StorageCredential,
  StorageCredentials,
  StorageTrial,
  StorageTrialOf,
} from './storage.ts'
export type { CatalogTable, NewCatalogTable, Tables } from './tables.ts'
export type { CallOptions, Transport } from './transport.ts'
export { type UnityCatalog, type UnityCatalogOptions, unityCatalog } from './unity-catalog.ts'
