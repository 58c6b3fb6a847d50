import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { openWorld } from './world.ts'

const QUERY = '/shares/sales/schemas/shop/tables/orders/query'

/** A store that signs one URL and no more. */
const failingSecond = () => {
  let signed = 0
  return (store: ObjectStore): ObjectStore => ({
    ...store,
    presigner: {
      presignGet: async (key, { expiresIn }) => {
        if (++signed > 1) throw new DeltaError('unavailable', `secret-bucket cannot sign ${key}`)
        return { url: `https://bucket/${key}?X-Amz-Signature=s3cret`, expiresAt: expiresIn }
      },
    },
  })
}

const ask = async (capabilities: string, body: object = {}) => {
  const world = await openWorld({ wrap: failingSecond() })
  const headers = { 'delta-sharing-capabilities': capabilities }
  return { world, answer: await world.ask(QUERY, { method: 'POST', headers, body: JSON.stringify(body) }) }
}

describe('an answer that fails after its status was sent', () => {
  test('says so in its last line to a client that asked for one, without what is inside', async () => {
    const { world, answer } = await ask('includeendstreamaction=true')
    expect(answer.headers.get('delta-sharing-capabilities')).toBe('responseformat=parquet;includeendstreamaction=true')
    const text = await answer.text()
    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => Object.keys(JSON.parse(line)).join())).toEqual([
      'protocol',
      'metaData',
      'file',
      'endStreamAction',
    ])
    expect(JSON.parse(lines.at(-1) ?? '').endStreamAction).toEqual({
      errorMessage: expect.stringContaining(answer.headers.get('x-request-id') ?? 'no id'),
      httpStatusErrorCode: 503,
    })
    expect(lines.at(-1)).not.toMatch(/secret-bucket|s3cret/)
    expect(world.records.at(-1)).toMatchObject({ status: 200, files: 1, error: { code: 'unavailable' } })
  })

  test.each([
    ['nothing of it', '', {}],
    ['only of tokens', 'responseformat=parquet', { includeRefreshToken: true }],
    ['only of pages', 'responseformat=parquet', { maxFiles: 10 }],
  ])('breaks off for a client that said %s, so that no part passes for the whole', async (_, capabilities, body) => {
    const { world, answer } = await ask(capabilities, body)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
    expect(world.records.at(-1)).toMatchObject({ error: { code: 'unavailable' } })
  })
})

describe('an answer that is whole', () => {
  test.each([
    ['', {}, undefined],
    ['includeendstreamaction=false', {}, undefined],
    ['includeendstreamaction=true', {}, ['minUrlExpirationTimestamp']],
    ['', { maxFiles: 5 }, ['minUrlExpirationTimestamp']],
    ['', { maxFiles: 1 }, ['nextPageToken', 'minUrlExpirationTimestamp']],
    ['', { includeRefreshToken: true }, ['refreshToken', 'minUrlExpirationTimestamp']],
    ['includeendstreamaction=true', { predicateHints: ['id > 100'] }, []],
  ])('ends for who says %j and asks %j with a line of %j', async (capabilities, body, members) => {
    const world = await openWorld()
    const headers = { 'delta-sharing-capabilities': capabilities }
    const answer = await world.ask(QUERY, { method: 'POST', headers, body: JSON.stringify(body) })
    const last = JSON.parse((await answer.text()).trimEnd().split('\n').at(-1) ?? '')
    expect(answer.headers.get('delta-sharing-capabilities')?.includes('includeendstreamaction=true')).toBe(
      members !== undefined,
    )
    expect(last.endStreamAction && Object.keys(last.endStreamAction)).toEqual(members)
  })
})
