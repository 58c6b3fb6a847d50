import { exportShares } from '../manifest/index.ts'
import { command } from './command.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'

export const shareExport = command({
  name: 'export',
  summary: 'print everything that is shared, with whom, as one YAML document (JSON with --json), without any secret',
  details: 'Keep it under version control, and put it back with "deltaquill share apply".',
  arguments: {},
  options: { root: rootOption },
  async run({ root }, session) {
    // Loaded here: the other commands for shares start without YAML.
    const { formatDocument } = await import('./share-document.ts')
    const document = await exportShares(await storeAt(root, session), callOptions(session))
    await answer(session, { ...document }, () => formatDocument(document).trimEnd())
  },
})
