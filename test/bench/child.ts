import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A server in a process of its own. */
export interface ChildServer {
  readonly port: number
  /** The most memory that it ever had resident, in megabytes. */
  peakMb(): Promise<number>
  /** What all its threads computed so far, in milliseconds. */
  cpuMs(): Promise<number>
  stop(): Promise<void>
}

/** Starts a script of the bench that calls {@link answerParent}. */
export async function startChild(
  script: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<ChildServer> {
  const child = fork(join(import.meta.dirname, script), args, { execArgv: [...execArgv] })
  const port = await answerOf(child)
  const ask = (what: keyof typeof answers): Promise<number> => {
    child.send(what)
    return answerOf(child)
  }
  return {
    port,
    peakMb: () => ask('peakMb'),
    cpuMs: () => ask('cpuMs'),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.send('stop')
      await gone
    },
  }
}

const answers = { peakMb, cpuMs }

/** The most memory that this process ever had resident, in megabytes. */
export function peakMb(): number {
  // What getrusage says of a child begins with what its parent had.
  return (Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024) / 1e6
}

/** What all threads of this process computed so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** In the child: tells the port, then what the parent asks for. */
export function answerParent(port: number): void {
  process.send?.(port)
  process.on('message', (message: string) => {
    if (message === 'peakMb' || message === 'cpuMs') process.send?.(answers[message]())
    else process.exit()
  })
}

function answerOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the child ended with ${code} before it answered`))
    child.once('exit', gone)
    child.once('message', (message) => {
      child.off('exit', gone)
      resolve(Number(message))
    })
  })
}
