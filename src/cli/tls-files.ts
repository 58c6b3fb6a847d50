import { readFile } from 'node:fs/promises'
import { DeltaError, messageOf } from '../errors.ts'
import type { TlsFiles } from '../server/node.ts'
import { pathOf, type Session } from './session.ts'

/** Milliseconds between two looks at the files. */
const LOOK = 10_000

export interface TlsPaths {
  readonly cert: string
  readonly key: string
}

/** @throws {DeltaError} `invalid-argument` where only one is given. */
export function tlsPaths(cert: string | undefined, key: string | undefined): TlsPaths | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    throw new DeltaError('invalid-argument', 'HTTPS needs both --tls-cert and --tls-key: give both, or neither')
  }
  return { cert, key }
}

/** @throws {DeltaError} `invalid-argument` for files that cannot be read. */
export async function readTls({ cert, key }: TlsPaths, session: Pick<Session, 'cwd'>): Promise<TlsFiles> {
  return { cert: await pem(cert, session), key: await pem(key, session) }
}

/**
 * Looks every 10 seconds whether the files are others than before, and if so hands them over, until `signal` fires. What
 * cannot be used, such as a certificate whose key is not there yet, is told once, and the old ones go on.
 */
export async function followTls(
  paths: TlsPaths,
  { first, renew, signal }: { readonly first: TlsFiles; renew(tls: TlsFiles): void; readonly signal: AbortSignal },
  session: Pick<Session, 'cwd' | 'runtime' | 'note'>,
): Promise<void> {
  let known = JSON.stringify(first)
  const look = async (): Promise<string> => {
    try {
      const found = await readTls(paths, session)
      if (JSON.stringify(found) === known) return ''
      known = JSON.stringify(found)
      renew(found)
      return 'the TLS certificate was renewed'
    } catch (error) {
      return `the TLS certificate was not renewed: ${messageOf(error)}`
    }
  }
  let told = ''
  while (!signal.aborted) {
    // Rejects when the server stops: there is nothing left to look at.
    await session.runtime.sleep(LOOK, signal).catch(() => undefined)
    const news = signal.aborted ? '' : await look()
    if (news !== '' && news !== told) session.note(news)
    told = news
  }
}

async function pem(path: string, session: Pick<Session, 'cwd'>): Promise<string> {
  try {
    return await readFile(pathOf(path, session), 'utf8')
  } catch (cause) {
    throw new DeltaError('invalid-argument', `${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}
