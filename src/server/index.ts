export type { AuditRecord } from './audit-record.ts'
export { type SharingHandler, sharingHandler } from './handler.ts'
export type { Peer, SharingOptions } from './options.ts'
