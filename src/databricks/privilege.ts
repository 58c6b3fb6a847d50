import { z } from 'zod'

export const privilegeAssignmentShape = z
  .object({ principal: z.string().nullish(), privileges: z.array(z.string()).nullish() })
  .transform(({ principal, privileges }) => ({ principal: principal ?? '', privileges: privileges ?? [] }))

export const privilegeListShape = z
  .object({ privilege_assignments: z.array(privilegeAssignmentShape).nullish() })
  .transform((wire) => (wire.privilege_assignments ?? []).filter(isThere))

/** Whoever was deleted has an assignment still, and no name. */
export function isThere({ principal }: { readonly principal: string }): boolean {
  return principal !== ''
}

/** What somebody may do with a share; to read it is `SELECT`. The principal of a share is a recipient, by its name. */
export type PrivilegeAssignment = Readonly<z.infer<typeof privilegeAssignmentShape>>

/** Privileges to be given to a recipient, and to be taken away. */
export interface GrantChange {
  readonly recipient: string
  readonly add?: readonly 'SELECT'[] | undefined
  readonly remove?: readonly 'SELECT'[] | undefined
}

export function formatGrant({ recipient, add, remove }: GrantChange): Record<string, unknown> {
  return { principal: recipient, add, remove }
}
