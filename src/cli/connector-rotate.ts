import { command } from './command.ts'
import { connectorAt, endpointOption, storageRoot, webhookOption } from './connector-handle.ts'
import { printedLinks } from './connector-link.ts'
import { flag, withDefault } from './option.ts'
import { duration } from './value.ts'

export const connectorRotate = command({
  name: 'rotate',
  summary: 'print another activation link, once; the tokens that are out end after the overlap',
  details: 'Also the way out where a link was lost: one that was not opened is void from then on.',
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    overlap: withDefault('time', 'how long the old tokens go on, 7d at most', duration, '24h'),
    endpoint: endpointOption,
    leaked: flag('a token or a link got into wrong hands: all that is out ends at once'),
    webhook: webhookOption,
  },
  async run({ connector: id, root, overlap, endpoint, leaked: isLeaked, webhook }, session) {
    const deliver = printedLinks({ connector: id }, session)
    const handle = await connectorAt(id, root, session, { deliver, endpoint, webhook })
    await handle.rotate({ overlap, isLeaked, signal: session.signal })
  },
})
