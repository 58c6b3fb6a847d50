import { systemRuntime } from '../../src/runtime.ts'
import { serve } from '../../src/server/node.ts'
import { openStore } from '../../src/store/index.ts'
import { answerParent } from './child.ts'

/** Serves the shares at a location, which also holds the tables, in a process of its own. */
const [root = '', freshness = '0'] = process.argv.slice(2)
const runtime = systemRuntime
const { port } = await serve({
  store: await openStore(root, { runtime }),
  openTable: (location) => openStore(location, { runtime }),
  runtime,
  port: 0,
  freshness: Number(freshness),
})
answerParent(port)
