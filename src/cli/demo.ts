import { command } from './command.ts'
import { formatDemo } from './demo/next-steps.ts'
import { publishDemo } from './demo/publish.ts'
import { flag, withDefault } from './option.ts'
import { interrupted } from './serve.ts'
import { answer } from './session.ts'
import { port } from './value.ts'

export const demo = command({
  name: 'demo',
  summary: 'publish runs of two workflows to ./deltaquill-demo, serve them, and read them back as the recipient',
  details: `Writes only below ./deltaquill-demo. Run again, it publishes nothing twice, gives the recipient a new token
and a new profile file, and reads the tables back. Delete the directory to start over.`,
  arguments: {},
  options: {
    once: flag('stop after the read-back instead of serving until Ctrl-C'),
    port: withDefault('n', 'where to listen; 0 is any free port', port, '0'),
  },
  async run({ once, port }, session) {
    const { server, ...published } = await publishDemo(port, session)
    try {
      await answer(session, { ...published, held: { ...published.held } }, () =>
        formatDemo(published, { serving: !once }),
      )
      if (!once) await interrupted(session)
    } finally {
      await server.close()
    }
  },
})
