import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from './child.ts'

/**
 * The limit: a bare server of Node that sends bytes from memory, and knows nothing of what they mean. Answers each path with
 * the file of its name in a directory.
 */
const [directory = ''] = process.argv.slice(2)
const bodies = new Map<string, Buffer>()

const server = createServer(async (request, response) => {
  // A client sends the body of a query; nobody may leave it unread on the connection.
  request.resume()
  const name = (request.url ?? '').slice(1)
  const body = bodies.get(name) ?? (await readFile(`${directory}/${name}`))
  bodies.set(name, body)
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => answerParent((server.address() as AddressInfo).port))
