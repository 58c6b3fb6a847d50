import type { PublishedDemo } from './publish.ts'

/** What a recipient does with what the demo published. */
export function formatDemo(demo: PublishedDemo, { serving }: { readonly serving: boolean }): string {
  const { url, rows, profile, sharedTable, browser } = demo
  const address = `${profile}#${sharedTable}`
  return `
The recipient read ${rows} rows over HTTP from ${url}, equal to the table.

The profile file of the recipient is ${profile} (it holds a secret token). What a recipient does with it:

  deltaquill shared read '${address}' --limit 3

  # Python: pip install delta-sharing
  import delta_sharing
  delta_sharing.load_as_pandas("${address}")
${browser === undefined ? '' : `\n  # Or open this page and drop the profile file on it\n  ${browser}\n`}
The table itself, for whoever owns it:

  deltaquill table info ${demo.table}
${serving ? '\nServing until Ctrl-C …' : '\nNot serving any more (--once): run "deltaquill demo" to keep the server up.'}`
}
