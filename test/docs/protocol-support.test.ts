import { expect, test } from 'vitest'
import { type FeatureSupport, type TableFeature, tableFeatures } from '../../src/log/index.ts'
import { type SharedFeature, sharedFeatures } from '../../src/server/needed-features.ts'

/** `npx vitest run test/docs/protocol-support.test.ts -u` writes the page anew. */
test('the page on table features says what the registries say', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/protocol-support.md')
})

const WORDS: Readonly<Record<FeatureSupport, string>> = {
  yes: 'yes',
  'in-part': 'in part',
  'unless-used': 'unless used',
  no: 'no',
}

function page(): string {
  return `# Delta table features: what is read, written and refused

Made from the registry that the code itself asks, \`src/log/features.ts\`; do not edit.

A table is refused by the name of what stands in the way, never misread. *yes*: read, or written, as the protocol demands.
*in part*: so, as far as the note says, and refused where the schema or the properties use it in another way. *unless used*: a table
may list the feature, and is refused as soon as its schema or its properties use it. *no*: refused where a table lists it. A feature
that is not here is refused to writers, and to readers if it is a reader feature. A new table gets the lowest protocol that its schema
and properties need, and a table rises to the next one when a property begins to use a feature; a protocol never goes down.
\`delta.feature.<name>=supported\` among the properties adds a feature that nothing uses yet.

| feature | kind | read | write | what is done, or why not | source |
|---|---|---|---|---|---|
${tableFeatures.map(row).join('\n')}

## Delta Sharing

Made from the registry in \`src/server/needed-features.ts\`. A table that needs none of these features is answered in
\`responseformat=parquet\`, which every client reads, or in \`responseformat=delta\` where the client asks for nothing else. One that
needs a feature is answered in \`responseformat=delta\` only, to clients that list it among their \`readerfeatures\` where that is
demanded; all others get an answer of 400 that names the feature. What a table merely lists is not needed.

| feature | must be listed | needed where, and why |
|---|---|---|
${sharedFeatures.map(sharedRow).join('\n')}

| capability | |
|---|---|
| \`responseformat\` | \`parquet\`, \`delta\`, or both |
| \`readerfeatures\` | compared without case, and without \`-preview\` |
| \`includeendstreamaction\` | yes; without it a last line is sent only where it holds a token or ends a page |
| \`asyncquery\` | not answered: every query is answered at once |
| header \`fileidhash\` | \`parquet\` and \`delta\`; echoed |
| \`accessModes\`, temporary credentials | \`dir\` on S3 and MinIO, where the operator lends a role, for tables that are shared whole ([operate](operate.md#directory-access)) |
`
}

function sharedRow({ name, mustBeListed, note }: SharedFeature): string {
  return `| \`${name}\` | ${mustBeListed ? 'yes' : 'no'} | ${note} |`
}

function row({ name, kind, read, write, note, section, legacy }: TableFeature): string {
  const versions = legacy ? ` (${legacy.reader ? `reader ${legacy.reader}, ` : ''}writer ${legacy.writer})` : ''
  const source = section.startsWith('RFC') ? section : `PROTOCOL.md “${section}”`
  const kinds = `${kind === 'writer' ? 'writer' : 'reader and writer'}${versions}`
  return `| \`${name}\` | ${kinds} | ${WORDS[read]} | ${WORDS[write]} | ${note} | ${source} |`
}
