import { listShares } from '../manifest/index.ts'
import { command } from './command.ts'
import { formatGrid } from './grid.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answerList } from './session.ts'

export const shareList = command({
  name: 'list',
  summary: 'list the shares',
  arguments: {},
  options: { root: rootOption },
  async run({ root }, session) {
    const shares = await listShares(await storeAt(root, session), callOptions(session))
    await answerList(session, shares, () =>
      shares.length === 0
        ? 'no shares'
        : formatGrid(
            ['share', 'tables', 'comment'],
            shares.map(({ name, tables, comment }) => [name, tables.length, comment]),
          ),
    )
  },
})
