import { startChild } from './child.ts'
import { formatCount, formatTable } from './print.ts'
import { queryText } from './sharing.ts'
import { load } from './sharing-load.ts'
import { withSharedTables } from './sharing-world.ts'

/**
 * A table that is larger than the memory a server may use for tables: it is streamed from its checkpoint. Asks for all of
 * its files twice, so that what is kept in between is seen, too.
 */
export async function* benchSharingMillion([files = 1_000_000]: number[]): AsyncGenerator<string> {
  const lines = await withSharedTables([files], async (world) => {
    const server = await startChild('sharing-server.js', [world.root])
    const idle = await server.peakMb()
    const rows: string[][] = []
    for (const name of ['first query', 'second query']) {
      const request = queryText(world, files, server.port)
      const answer = await load({ port: server.port, request, connections: 1, milliseconds: 0 })
      rows.push([
        name,
        formatCount(answer.bytes / 1e6),
        formatCount(answer.firstByte),
        formatCount(answer.p50),
        formatCount(idle),
        formatCount(await server.peakMb()),
      ])
    }
    await server.stop()
    return rows
  })
  const head = ['question', 'MB', 'first byte ms', 'ms', 'peak MB before', 'peak MB after']
  yield formatTable(`Sharing a table of ${formatCount(files)} files, cache of 268 MB`, head, lines)
}
