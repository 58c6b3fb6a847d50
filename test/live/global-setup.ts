/** A workspace, whoever signs in to it, and where a connector may keep its tables there. */
const NEEDED = ['DATABRICKS_HOST', 'DELTAQUILL_LIVE_ROOT', 'DELTAQUILL_LIVE_CATALOG']
const SIGN_INS = [['DATABRICKS_TOKEN'], ['DATABRICKS_CLIENT_ID', 'DATABRICKS_CLIENT_SECRET']]

/** Nobody has a workspace by default, CI neither: what is not tested is said, and is no failure. */
export function setup(): void {
  const isSet = (name: string): boolean => Boolean(process.env[name])
  const missing = NEEDED.filter((name) => !isSet(name))
  if (!SIGN_INS.some((names) => names.every(isSet))) {
    missing.push('DATABRICKS_TOKEN (or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET)')
  }
  if (missing.length === 0) return
  console.error(
    `\nNOT tested on a Databricks workspace: ${missing.join(', ')} must be set (docs/databricks.md, "Trying it on a real workspace")\n`,
  )
  process.exit(0)
}
