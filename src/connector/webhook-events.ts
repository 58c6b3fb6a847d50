import { hmacSha256 } from '#hash'
import { DeltaError } from '../errors.ts'
import { hex } from '../hex.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { ConnectorEvent, EventSink } from './event.ts'

export interface WebhookOptions {
  /** A secret, as those of webhooks often are: it is in no message. */
  readonly url: string
  readonly fetch?: typeof globalThis.fetch
  /** Sent besides. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Signs each body: `X-Kadoa-Signature: sha256=<HMAC-SHA-256 of the body, hexadecimal>`, so that who gets it can tell that it
   * comes from here.
   */
  readonly secret?: string
  readonly runtime?: Runtime
}

/** Kadoa's own cadence: milliseconds before the second, third and fourth attempt. */
const PAUSES = [1000, 2000, 4000]
/** Milliseconds that one attempt may take. */
const TIMEOUT = 10_000

/**
 * Posts events to a URL, as Kadoa's webhooks do: the envelope as JSON, its type in `X-Kadoa-Event`, and any answer of 2xx
 * acknowledges it. The same event has the same `X-Kadoa-Event-Id`, however often it comes.
 * @throws {DeltaError} `unavailable`, from the sink, when no attempt of four was acknowledged. Without cause: a failure of
 * `fetch` may tell the URL.
 */
export function webhookEvents(options: WebhookOptions): EventSink {
  const { url, fetch = globalThis.fetch, headers = {}, secret, runtime = systemRuntime } = options
  return async (event) => {
    const body = JSON.stringify(event)
    const init = { method: 'POST', body, headers: { ...headers, ...headersOf(event, body, secret) } }
    let answer = 'there was no answer'
    for (const pause of [0, ...PAUSES]) {
      if (pause > 0) await runtime.sleep(pause)
      const status = await post(fetch, url, init, runtime)
      if (status !== undefined && status >= 200 && status < 300) return
      answer = status === undefined ? 'there was no answer' : `the answer was ${status}`
    }
    throw new DeltaError('unavailable', `the webhook did not take it: ${answer}, ${PAUSES.length + 1} times`)
  }
}

function headersOf(event: ConnectorEvent, body: string, secret: string | undefined): Record<string, string> {
  return {
    'content-type': 'application/json',
    'X-Kadoa-Event': event.eventType,
    'X-Kadoa-Event-Id': event.data.eventId,
    ...(secret !== undefined && { 'X-Kadoa-Signature': `sha256=${hex(hmacSha256(secret, body))}` }),
  }
}

/** The status of the answer; undefined without one. A redirect is followed to nowhere: it would lead the event astray. */
async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
  runtime: Runtime,
): Promise<number | undefined> {
  const late = new AbortController()
  const stop = runtime.alarm(TIMEOUT, () => late.abort())
  try {
    const { status, body } = await fetch(url, { ...init, redirect: 'manual', signal: late.signal })
    await body?.cancel()
    return status
  } catch {
    return undefined
  } finally {
    stop()
  }
}
