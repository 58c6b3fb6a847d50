import { afterAll, beforeAll, describe } from 'vitest'
import { type RunningServer, serve } from '../../src/server/node.ts'
import { type Ask, testSharingServer } from '../contract/sharing-server.ts'
import { openLab } from './lab.ts'
import type { World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openLab()
})

describe('the handler', () => {
  testSharingServer(() => world.ask)
})

describe('the server on a socket', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serve({ store: world.root, openTable: world.tableAt, runtime: world.runtime, port: 0 })
  })
  afterAll(() => server.close())

  const ask: Ask = (path, init) => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${world.token}`)
    return fetch(server.url + path, { ...init, headers })
  }
  testSharingServer(() => ask)
})
