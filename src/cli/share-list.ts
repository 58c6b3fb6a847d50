import { surveyShares } from '../manifest/index.ts'
import { command } from './command.ts'
import { failForDamaged } from './damaged.ts'
import { formatGrid } from './grid.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answerList } from './session.ts'

export const shareList = command({
  name: 'list',
  summary: 'list the shares',
  arguments: {},
  options: { root: rootOption },
  async run({ root }, session) {
    const shares = await surveyShares(await storeAt(root, session), callOptions(session))
    await answerList(
      session,
      shares.map((share) => ({ ...share })),
      () =>
        shares.length === 0
          ? 'no shares'
          : formatGrid(
              ['share', 'tables', 'comment'],
              shares.map((share) =>
                'damaged' in share ? [share.name, 'damaged'] : [share.name, share.tables.length, share.comment],
              ),
            ),
    )
    failForDamaged('share', shares)
  },
})
