import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'

/** The last release with an image; its conditional creates are sound on a single node. */
const IMAGE = 'minio/minio:RELEASE.2025-09-07T16-13-09Z'
/** Of the servers that we start. */
const LOGIN = { accessKeyId: 'deltaquill', secretAccessKey: 'deltaquill-test' }
/** MinIO's own, for a server that somebody else started and said nothing more about. */
const DEFAULT_LOGIN = { accessKeyId: 'minioadmin', secretAccessKey: 'minioadmin' }
/** Where `.ci/run` leaves the binary that it builds. */
const BUILT = '.cache/minio/bin/minio'
const START_TIMEOUT = 60_000

export interface S3Server {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Where it came from, for the log. */
  readonly found: string
  stop(): Promise<void>
}

/** A real S3 server: the one that the environment names, else a MinIO in a container, else a MinIO binary. */
export async function findServer(): Promise<S3Server | undefined> {
  return namedServer() ?? (await containerServer()) ?? (await binaryServer())
}

function namedServer(): S3Server | undefined {
  const { DELTAQUILL_TEST_S3: endpoint, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env
  if (!endpoint) return undefined
  const login =
    AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
      ? { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
      : DEFAULT_LOGIN
  return { endpoint, ...login, found: 'DELTAQUILL_TEST_S3', stop: async () => {} }
}

async function containerServer(): Promise<S3Server | undefined> {
  try {
    // Asks the daemon: a docker client without one is of no use.
    await getContainerRuntimeClient()
  } catch {
    return undefined
  }
  const container = await new GenericContainer(IMAGE)
    .withCommand(['server', '/data'])
    .withEnvironment({ MINIO_ROOT_USER: LOGIN.accessKeyId, MINIO_ROOT_PASSWORD: LOGIN.secretAccessKey })
    .withExposedPorts(9000)
    .withWaitStrategy(Wait.forHttp('/minio/health/ready', 9000))
    .start()
  return {
    endpoint: `http://${container.getHost()}:${container.getMappedPort(9000)}`,
    ...LOGIN,
    found: `container ${IMAGE}`,
    async stop() {
      await container.stop()
    },
  }
}

async function binaryServer(): Promise<S3Server | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const binary = [...folders.map((folder) => join(folder, 'minio')), BUILT].find((path) => existsSync(path))
  if (binary === undefined) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'deltaquill-minio-'))
  const address = `127.0.0.1:${await freePort()}`
  const server = spawn(binary, ['server', directory, '--address', address, '--quiet'], {
    env: { ...process.env, MINIO_ROOT_USER: LOGIN.accessKeyId, MINIO_ROOT_PASSWORD: LOGIN.secretAccessKey },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = async (): Promise<void> => {
    await ended(server)
    await rm(directory, { recursive: true, force: true })
  }
  const endpoint = `http://${address}`
  try {
    await ready(endpoint, server)
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, ...LOGIN, found: `binary ${binary}`, stop }
}

async function ready(endpoint: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + START_TIMEOUT
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`minio ended with ${server.exitCode} before it was ready`)
    const answer = await fetch(`${endpoint}/minio/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error(`minio at ${endpoint} was not ready within ${START_TIMEOUT} ms`)
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await gone
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}
