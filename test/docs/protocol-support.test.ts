import { expect, test } from 'vitest'
import { type FeatureSupport, type TableFeature, tableFeatures } from '../../src/log/index.ts'

/** `npx vitest run test/docs/protocol-support.test.ts -u` writes the page anew. */
test('the page on table features says what the registry says', async () => {
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
`
}

function row({ name, kind, read, write, note, section, legacy }: TableFeature): string {
  const versions = legacy ? ` (${legacy.reader ? `reader ${legacy.reader}, ` : ''}writer ${legacy.writer})` : ''
  const source = section.startsWith('RFC') ? section : `PROTOCOL.md “${section}”`
  const kinds = `${kind === 'writer' ? 'writer' : 'reader and writer'}${versions}`
  return `| \`${name}\` | ${kinds} | ${WORDS[read]} | ${WORDS[write]} | ${note} | ${source} |`
}
