import { createShare } from '../manifest/index.ts'
import { command } from './command.ts'
import { optional } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const shareCreate = command({
  name: 'create',
  summary: 'make an empty share',
  arguments: { share: 'its name' },
  options: {
    root: rootOption,
    comment: optional('text', 'what the share is for', text),
  },
  async run({ share: name, root, comment }, session) {
    const share = await createShare(await storeAt(root, session), { name, comment }, callOptions(session))
    await answer(session, share, () => `created share ${share.name}`)
  },
})
