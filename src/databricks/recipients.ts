import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { parseSharingIdentifier } from '../manifest/index.ts'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import { privilegeAssignmentShape } from './privilege.ts'
import {
  type CatalogRecipient,
  type CatalogRecipientChange,
  formatRecipient,
  formatRecipientChange,
  type NewCatalogRecipient,
  recipientShape,
} from './recipient.ts'
import type { CallOptions } from './transport.ts'

/** The recipients of a metastore. */
export interface Recipients {
  /**
   * All recipients, or the one with a sharing identifier: of those a metastore has one at most, so look for it before you
   * create another.
   */
  list(options?: CallOptions & { readonly sharingIdentifier?: string | undefined }): Promise<CatalogRecipient[]>
  /** @throws {DeltaError} `not-found`. */
  get(name: string, options?: CallOptions): Promise<CatalogRecipient>
  /**
   * Creates a recipient, who sees nothing until a share's permissions name him. A token recipient's activation link is in
   * `tokens`.
   * @throws {DeltaError} `already-exists` for the name, and for a sharing identifier that has a recipient;
   * `invalid-argument` for one that is none, or that Databricks does not know (whose blame is the customer's).
   */
  create(recipient: NewCatalogRecipient, options?: CallOptions): Promise<CatalogRecipient>
  /**
   * Gives a token recipient a new token, whose activation link is in `tokens`. The old one lives on for that long at
   * most, in milliseconds, rounded down to seconds; 0 ends it now. There can be two at a time.
   * @throws {DeltaError} `invalid-argument` when both of the last rotation still live.
   */
  rotateToken(
    name: string,
    rotation: { readonly existingExpiresIn: number },
    options?: CallOptions,
  ): Promise<CatalogRecipient>
  /** Changes what is said, and nothing else. @throws {DeltaError} `not-found`. */
  update(name: string, change: CatalogRecipientChange, options?: CallOptions): Promise<CatalogRecipient>
  /** The names of the shares that a recipient was granted something on, whoever granted it. */
  sharesOf(name: string, options?: CallOptions): Promise<string[]>
  /** Deletes a recipient and ends his tokens. */
  delete(name: string, options?: CallOptions): Promise<void>
}

const sharePermissionsShape = z.object({
  share_name: z.string(),
  privilege_assignments: z.array(privilegeAssignmentShape).nullish(),
})

export function recipients(http: Http): Recipients {
  const pathOf = (name: string): string => `recipients/${pathSegment('recipient', name)}`
  const get: Recipients['get'] = async (name, options) =>
    http.call({ what: `reading recipient ${name}`, method: 'GET', path: pathOf(name), answer: recipientShape }, options)
  return {
    get,
    async list({ sharingIdentifier, ...options } = {}) {
      const query =
        sharingIdentifier === undefined
          ? {}
          : { data_recipient_global_metastore_id: parseSharingIdentifier(sharingIdentifier) }
      return allPages(
        http,
        { what: 'listing the recipients', path: 'recipients', query, member: 'recipients', item: recipientShape },
        options,
      )
    },
    async create(recipient, options) {
      const body = formatRecipient(recipient, http.runtime.now())
      return http.call(
        {
          what: `creating recipient ${recipient.name}`,
          method: 'POST',
          path: 'recipients',
          body,
          answer: recipientShape,
        },
        options,
      )
    },
    async rotateToken(name, { existingExpiresIn }, options) {
      return http.call(
        {
          what: `rotating the token of recipient ${name}`,
          method: 'POST',
          path: `${pathOf(name)}/rotate-token`,
          body: { existing_token_expire_in_seconds: wholeSeconds(name, existingExpiresIn) },
          answer: recipientShape,
        },
        options,
      )
    },
    async update(name, change, options) {
      const body = formatRecipientChange(name, change, http.runtime.now())
      // What the answer says is not the same for every server, so the recipient is read.
      await http.call(
        { what: `changing recipient ${name}`, method: 'PATCH', path: pathOf(name), body, answer: z.looseObject({}) },
        options,
      )
      return get(change.newName ?? name, options)
    },
    async sharesOf(name, options) {
      const granted = await allPages(
        http,
        {
          what: `listing the shares of recipient ${name}`,
          path: `${pathOf(name)}/share-permissions`,
          member: 'permissions_out',
          item: sharePermissionsShape,
        },
        options,
      )
      return granted
        .filter(({ privilege_assignments: assignments }) =>
          assignments?.some(({ privileges }) => privileges.length > 0),
        )
        .map(({ share_name }) => share_name)
    },
    async delete(name, options) {
      await http.call(
        { what: `deleting recipient ${name}`, method: 'DELETE', path: pathOf(name), answer: z.looseObject({}) },
        options,
      )
    },
  }
}

function wholeSeconds(name: string, milliseconds: number): number {
  const seconds = Math.floor(milliseconds / 1000)
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds
  throw new DeltaError(
    'invalid-argument',
    `the old token of recipient ${name} cannot expire in ${milliseconds} milliseconds: expected 0 or more`,
  )
}
