import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { type FakeDatabricks, type FakeOptions, startFakeDatabricks } from '../fakes/unity-catalog/index.ts'
import { connectorPlace } from './connector-place.ts'

export const sharingIdentifier = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'

/** A connector by the sharing identifier of its customer. */
export const pasted = (connectorId: string, more: object = {}) => ({
  connectorId,
  teamId: 'team-1',
  recipient: { mode: 'databricks', sharingIdentifier },
  catalog: 'kadoa_prod',
  ...more,
})

/** A place whose root a workspace on this machine reaches, and the environment that leads to it. */
export function databricksPlace(name: string) {
  const place = connectorPlace(name)
  const root = `${pathToFileURL(place.cwd)}/root`
  let running: Awaited<ReturnType<typeof startFakeDatabricks>>
  beforeAll(async () => {
    running = await workspaceOver(root)
    Object.assign(place.env, signIn(running.fake))
  })
  afterAll(() => running.close())
  return { ...place, root, workspace: (): FakeDatabricks => running.fake }
}

/** A workspace that lets tables lie in a root. */
export function workspaceOver(root: string, options: Omit<FakeOptions, 'url'> = {}) {
  return startFakeDatabricks({ openTable: (location) => openStore(location), locations: { kadoa: root }, ...options })
}

/** As a service principal does. */
export function signIn({ url, identity }: FakeDatabricks) {
  return {
    DATABRICKS_HOST: url,
    DATABRICKS_CLIENT_ID: identity.clientId,
    DATABRICKS_CLIENT_SECRET: identity.clientSecret,
  }
}
