import { setShare } from '../manifest/index.ts'
import { command } from './command.ts'
import { optional, repeated } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer } from './session.ts'
import { formatShare } from './share-text.ts'
import { property } from './value.ts'

export const shareSet = command({
  name: 'set',
  summary: 'change what a share says of itself; what is not said stays, and an empty text takes away',
  arguments: { share: 'its name' },
  options: {
    root: rootOption,
    displayName: optional('text', 'its name for people', anyText),
    comment: optional('text', 'what the share is for', anyText),
    property: repeated('k=v', 'its properties, in the place of all that it has', property),
  },
  async run({ share: name, root, displayName, comment, property: properties }, session) {
    const change = {
      share: name,
      displayName: displayName === '' ? null : displayName,
      comment: comment === '' ? null : comment,
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    }
    const share = await setShare(await storeAt(root, session), change, callOptions(session))
    await answer(session, share, () => formatShare(share))
  },
})

function anyText(value: string): string {
  return value
}
