import type { Invitation } from '../manifest/index.ts'

/**
 * Takes an activation link to the contact that is to open it; resolves once it is there. It is a secret, and is kept
 * nowhere: what is lost on the way is replaced by rotating.
 */
export type Deliver = (invitation: Invitation, to: { readonly contact: string }) => Promise<void>
