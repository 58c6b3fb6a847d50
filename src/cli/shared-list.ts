import { command } from './command.ts'
import { formatGrid } from './grid.ts'
import { answerList } from './session.ts'
import { catalogOf } from './shared-table.ts'

export const sharedList = command({
  name: 'list',
  summary: 'list the tables that a profile file opens',
  arguments: { profile: 'the profile file' },
  options: {},
  async run({ profile }, session) {
    const catalog = await catalogOf(profile, session)
    const tables: { share: string; schema: string; name: string }[] = []
    const { signal } = session
    for (const { share, schema, name } of await catalog.allTables({ signal })) tables.push({ share, schema, name })
    await answerList(session, tables, () =>
      tables.length === 0
        ? 'no tables are shared with you yet'
        : formatGrid(
            ['table'],
            tables.map(({ share, schema, name }) => [`${share}.${schema}.${name}`]),
          ),
    )
  },
})
