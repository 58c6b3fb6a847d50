import type { ServerResponse } from 'node:http'

/**
 * Ends an answer in its middle so that every client notices. One that speaks HTTP/1.0, as nginx does unless told otherwise,
 * takes a connection that closes for the end of the body: only a reset is none. TLS has an end of its own, which is missing
 * then.
 */
export function breakOff(outgoing: ServerResponse): void {
  const { socket } = outgoing
  if (socket !== null && outgoing.req.httpVersion === '1.0' && !('encrypted' in socket)) socket.resetAndDestroy()
  outgoing.destroy()
}
