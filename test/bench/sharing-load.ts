import { connect, type Socket } from 'node:net'
import { median } from './sample.ts'

/** A request as it goes over the socket, and how it is sent. */
export interface LoadOptions {
  readonly port: number
  readonly request: string
  readonly connections: number
  /** How long it is sent again and again; at least one answer a connection is waited for. */
  readonly milliseconds: number
}

/** What so many connections got, one request after the other on each. Times in milliseconds. */
export interface LoadResult {
  readonly answers: number
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  /** Until the first byte of the body, the median. */
  readonly firstByte: number
  /** Of one answer, with its headers. */
  readonly bytes: number
}

/** Bytes at the end of an answer in chunks. */
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n')
const HEAD_END = '\r\n\r\n'

interface Answer {
  readonly ms: number
  readonly firstByte: number
  readonly bytes: number
}

/** A client that does as little as a client can, so that what is measured is the server. */
export async function load({ port, request, connections, milliseconds }: LoadOptions): Promise<LoadResult> {
  const answers: Answer[] = []
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      do answers.push(await ask(socket, request))
      while (performance.now() - begun < milliseconds)
      socket.destroy()
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b)
  return {
    answers: answers.length,
    perSecond: answers.length / seconds,
    p50: median(times),
    p95: times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? Number.NaN,
    firstByte: median(answers.map(({ firstByte }) => firstByte)),
    bytes: answers[0]?.bytes ?? 0,
  }
}

function ask(socket: Socket, request: string): Promise<Answer> {
  const start = performance.now()
  const reading = new AnswerReading()
  let firstByte: number | undefined
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      socket.off('data', onData)
      socket.off('error', reject)
      socket.off('close', onClose)
    }
    const onClose = (): void => reject(new Error('the connection was closed before the answer ended'))
    const onData = (chunk: Buffer): void => {
      reading.take(chunk)
      if (reading.hasBody) firstByte ??= performance.now() - start
      if (!reading.isWhole) return
      stop()
      const ms = performance.now() - start
      if (reading.isGood) resolve({ ms, firstByte: firstByte ?? ms, bytes: reading.bytes })
      else reject(new Error(`answered ${reading.head}`))
    }
    socket.on('data', onData)
    socket.on('error', reject)
    socket.on('close', onClose)
    socket.write(request)
  })
}

/** How far an answer has come. */
class AnswerReading {
  head = ''
  bytes = 0
  #bodyStart = Number.POSITIVE_INFINITY
  #end = Number.POSITIVE_INFINITY
  #tail: Buffer = Buffer.alloc(0)

  take(chunk: Buffer): void {
    this.bytes += chunk.length
    this.#tail = chunk.length >= LAST_CHUNK.length ? chunk : Buffer.concat([this.#tail, chunk])
    if (this.#bodyStart === Number.POSITIVE_INFINITY) this.#takeHead(chunk)
  }

  get hasBody(): boolean {
    return this.bytes > this.#bodyStart
  }

  get isGood(): boolean {
    return this.head.startsWith('HTTP/1.1 2')
  }

  get isWhole(): boolean {
    if (this.#end !== Number.POSITIVE_INFINITY) return this.bytes >= this.#end
    return this.#tail.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
  }

  #takeHead(chunk: Buffer): void {
    this.head += chunk.toString('latin1')
    const end = this.head.indexOf(HEAD_END)
    if (end < 0) return
    this.head = this.head.slice(0, end)
    this.#bodyStart = end + HEAD_END.length
    const length = /content-length: (\d+)/i.exec(this.head)?.[1]
    if (length !== undefined) this.#end = this.#bodyStart + Number(length)
  }
}
