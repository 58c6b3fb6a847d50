import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext, Server as TlsServer } from 'node:tls'
import { DeltaError, messageOf } from '../../errors.ts'
import { breakOff } from './break-off.ts'

/** A certificate chain and its private key, in PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** A client that needs longer for its headers or its body, both small, is stalling. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 30_000
/** How often Node looks whether these two have passed: it gives half a minute more unless told. */
const TIMEOUT_LOOK = 1_000
/** Longer than load balancers keep a connection, lest they send into one that is just being closed. */
const KEEP_ALIVE_TIMEOUT = 75_000
/** How often a closing server looks for connections whose last answer has ended: clients keep them open for more. */
const CLOSE_LOOK = 100

/** @throws {DeltaError} `invalid-argument` for a certificate or key that is none. */
export function httpServer(tls: TlsFiles | undefined): Server {
  const settings = {
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: TIMEOUT_LOOK,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    // We refuse it ourselves, and record it.
    requireHostHeader: false,
  }
  if (tls === undefined) return createServer(settings)
  checkTls(tls)
  return createTlsServer({ ...settings, ...tls })
}

/**
 * Answers connections to come with another certificate; those that are open go on with theirs.
 * @throws {DeltaError} `invalid-argument` for a certificate or key that is none: the old one then goes on.
 */
export function renewTls(server: Server, tls: TlsFiles): void {
  checkTls(tls)
  if (server instanceof TlsServer) server.setSecureContext(tls)
}

function checkTls(tls: TlsFiles): void {
  try {
    createSecureContext(tls)
  } catch (cause) {
    throw new DeltaError(
      'invalid-argument',
      `the TLS certificate and key cannot be used: ${messageOf(cause)}; expected both in PEM, the key belonging to the certificate`,
      { cause },
    )
  }
}

/** Resolves to the port. @throws {DeltaError} `invalid-argument` when it cannot listen there. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new DeltaError(
          'invalid-argument',
          `could not listen on ${host}, port ${port}: ${messageOf(cause)}; choose another host or port (0 takes a free one)`,
          { cause },
        ),
      )
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

/**
 * Takes no new connections, lets the answers under way end, for `grace` milliseconds at most, and frees the port.
 * @param underWay the answers that are broken off when their time is over.
 */
export function close(server: Server, grace: number, underWay: Iterable<ServerResponse> = []): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => {
      for (const outgoing of underWay) breakOff(outgoing)
      server.closeAllConnections()
    }, grace)
    const look = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK)
    server.close(() => {
      clearTimeout(impatience)
      clearInterval(look)
      resolve()
    })
    server.closeIdleConnections()
  })
}
