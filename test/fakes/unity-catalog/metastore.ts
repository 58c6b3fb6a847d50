import type { Runtime } from '../../../src/runtime.ts'
import type { ObjectStore } from '../../../src/store/index.ts'
import { FakePrivileges, type Securable } from './privileges.ts'
import { denied, Refusal } from './refusal.ts'

/** What Databricks' documentation promises of a metastore; tests lower what they want to reach. */
export interface Limits {
  tablesPerShare: number
  schemasPerShare: number
  sharesPerMetastore: number
  recipientsPerMetastore: number
  tablesPerSchema: number
}

export interface MetastoreOptions {
  readonly runtime: Runtime
  readonly principal: string
  readonly openTable: ((location: string) => Promise<ObjectStore>) | undefined
}

/** What every part of the fake knows: the metastore's own settings, who asks, and what time it is. */
export class FakeMetastore {
  readonly id = '5c3d1a4e-0f6b-4d2a-9a7e-2f1f6f9a1c11'
  readonly cloud = 'aws'
  readonly region = 'us-east-1'
  /** Where metastores are found that shares are shown to. */
  readonly clouds = ['aws', 'azure', 'gcp']
  /** Undefined where Delta Sharing is off. */
  sharingScope: 'INTERNAL' | 'INTERNAL_AND_EXTERNAL' | undefined = 'INTERNAL_AND_EXTERNAL'
  /** The sharing identifiers of the other metastores of the account. */
  readonly siblings: string[] = []
  /** Whether who asks is an administrator, who may list them. */
  isAdmin = false
  externalAccessEnabled = true
  /** Seconds; a year unless somebody changes it. */
  tokenLifetime = 31_536_000
  readonly limits: Limits = {
    tablesPerShare: 1000,
    schemasPerShare: 500,
    sharesPerMetastore: 1000,
    recipientsPerMetastore: 5000,
    tablesPerSchema: 10_000,
  }
  readonly privileges: FakePrivileges
  readonly principal: string
  readonly openTable: ((location: string) => Promise<ObjectStore>) | undefined
  readonly #runtime: Runtime

  constructor({ runtime, principal, openTable }: MetastoreOptions) {
    this.#runtime = runtime
    this.principal = principal
    this.openTable = openTable
    this.privileges = new FakePrivileges(principal)
  }

  get now(): number {
    return this.#runtime.now()
  }

  uuid(): string {
    return this.#runtime.uuid()
  }

  /** The sharing identifier of whoever works in this metastore. */
  get globalId(): string {
    return `${this.cloud}:${this.region}:${this.id}`
  }

  get securable(): Securable {
    return { type: 'metastore', name: this.id }
  }

  /** Refuses one more than there may be. */
  checkQuota(kind: string, where: string, count: number, limit: number): void {
    if (count < limit) return
    const message = `Cannot create 1 ${kind}(s) in ${where} (estimated count: ${count}, limit: ${limit}).`
    throw new Refusal(400, 'QUOTA_EXCEEDED', message)
  }

  /** The metastores of the account. */
  list(): unknown {
    if (!this.isAdmin) throw denied('Only administrators can list the metastores of the account.')
    const identifiers = [this.globalId, ...this.siblings]
    return { metastores: identifiers.map((global_metastore_id) => ({ global_metastore_id })) }
  }

  /** Whether a share may be shown to a metastore, or without one by token. */
  sharesWith(identifier?: string): boolean {
    if (this.sharingScope === 'INTERNAL_AND_EXTERNAL') return true
    return this.sharingScope === 'INTERNAL' && identifier !== undefined && this.siblings.includes(identifier)
  }

  summary(): unknown {
    return {
      metastore_id: this.id,
      global_metastore_id: this.globalId,
      name: 'main',
      cloud: this.cloud,
      region: this.region,
      owner: 'admins',
      delta_sharing_scope: this.sharingScope,
      delta_sharing_recipient_token_lifetime_in_seconds: this.tokenLifetime,
      external_access_enabled: this.externalAccessEnabled,
      privilege_model_version: '1.0',
    }
  }
}
