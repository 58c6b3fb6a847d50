import { DeltaError } from '../errors.ts'

/** The clouds that Databricks is known to run on, as identifiers name them. */
const CLOUDS: readonly string[] = ['aws', 'azure', 'gcp']

const SHARING_IDENTIFIER = /^[a-z0-9-]+:[a-z0-9-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * A sharing identifier, `<cloud>:<region>:<uuid of the metastore>`, as people paste it: with blanks around it, or in
 * capitals. A recipient finds it in Databricks; SQL: `SELECT CURRENT_METASTORE()`. Clouds that are not known yet are taken.
 * @throws {DeltaError} `invalid-argument` when it is none.
 */
export function parseSharingIdentifier(text: string): string {
  const identifier = text.trim().toLowerCase()
  if (SHARING_IDENTIFIER.test(identifier)) return identifier
  throw new DeltaError(
    'invalid-argument',
    `${JSON.stringify(text.slice(0, 120))} is no sharing identifier: expected <cloud>:<region>:<uuid>, such as aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016, which SELECT CURRENT_METASTORE() tells the customer`,
    { blame: 'customer' },
  )
}

/**
 * The cloud of a sharing identifier where it is none that Databricks is known to run on: a new one, or a slip of the pen.
 * @param identifier as {@link parseSharingIdentifier} gives it.
 */
export function unknownCloudOf(identifier: string): string | undefined {
  const cloud = identifier.slice(0, identifier.indexOf(':'))
  return CLOUDS.includes(cloud) ? undefined : cloud
}
