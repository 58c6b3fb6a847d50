import { formatGrid } from '../grid.ts'
import type { PublishedDemo } from './publish.ts'

/** What a recipient does with what the demo published. */
export function formatDemo(demo: PublishedDemo, { serving }: { readonly serving: boolean }): string {
  const { url, root, profile, sharedTable, tables, held, browser } = demo
  const address = `${profile}#${sharedTable}`
  return `
Three runs of two workflows are published; the schema of one changed on the way, so it has a second table. The run
${held.runId} is held back: it has too few rows. The recipient read every table over HTTP from ${url},
and found the rows that were delivered:

${formatGrid(
  ['table', 'rows'],
  tables.map(({ name, rows }) => [name, rows]),
)}

The profile file of the recipient is ${profile} (it holds a secret token). What a recipient does with it:

  deltaquill shared read '${address}' --limit 3

  # Python: pip install delta-sharing
  import delta_sharing
  delta_sharing.load_as_pandas("${address}")
${browser === undefined ? '' : `\n  # Or open this page and drop the profile file on it\n  ${browser}\n`}
How it stands, for whoever runs the connector:

  deltaquill connector status demo --root ${root}
${serving ? '\nServing until Ctrl-C …' : '\nNot serving any more (--once): run "deltaquill demo" to keep the server up.'}`
}
