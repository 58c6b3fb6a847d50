import { surveyRecipients } from '../manifest/index.ts'
import { command } from './command.ts'
import { failForDamaged } from './damaged.ts'
import { formatGrid } from './grid.ts'
import { formatEnd } from './recipient-text.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answerList } from './session.ts'

export const recipientList = command({
  name: 'list',
  summary: 'list the recipients, and when their access ends',
  arguments: {},
  options: { root: rootOption },
  async run({ root }, session) {
    const recipients = await surveyRecipients(await storeAt(root, session), callOptions(session))
    await answerList(
      session,
      recipients.map((recipient) => ({ ...recipient })),
      () =>
        recipients.length === 0
          ? 'no recipients'
          : formatGrid(
              ['recipient', 'status', 'access ends', 'shares'],
              recipients.map((recipient) =>
                'damaged' in recipient
                  ? [recipient.name, 'damaged']
                  : [recipient.name, recipient.status, formatEnd(recipient), recipient.shares.join(', ')],
              ),
            ),
    )
    failForDamaged('recipient', recipients)
  },
})
