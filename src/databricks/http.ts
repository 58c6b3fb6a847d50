import type { z } from 'zod'
import { isDeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { Authorizer, Workspace } from './credentials.ts'
import { type CallOptions, send } from './transport.ts'

export interface Call<S extends z.ZodType> {
  /** What is done, for messages: `creating share sales`. */
  readonly what: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/2.1/unity-catalog/`; of another API with a slash before it. */
  readonly path: string
  readonly body?: unknown
  /** Said of what asks without being a GET: it may be sent again where its answer is lost. */
  readonly changesNothing?: boolean
  /** What the answer must look like. */
  readonly answer: S
}

/** A workspace's API, and whom it knows us as. */
export interface Http {
  /**
   * Makes one call, again after a failure that may pass; never again when a change may have been made already.
   * @throws {DeltaError} the code that tells the caller what to do; `invalid-data` for an answer that is none.
   */
  call<S extends z.ZodType>(call: Call<S>, options?: CallOptions): Promise<z.infer<S>>
  readonly runtime: Runtime
}

const BASE = '/api/2.1/unity-catalog/'

export function httpClient(workspace: Workspace, authorizer: Authorizer): Http {
  const { origin, runtime } = workspace
  const sendAs = <S extends z.ZodType>(authorization: string, call: Call<S>, options: CallOptions) =>
    send(
      workspace,
      {
        where: `${call.what} at ${origin}`,
        method: call.method,
        url: `${origin}${call.path.startsWith('/') ? '' : BASE}${call.path}`,
        headers: { authorization, ...(call.body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        repeatable: call.method === 'GET' || call.changesNothing === true,
        secrets: authorizer.secrets(),
        answer: call.answer,
      },
      options,
    )
  return {
    runtime,
    async call(call, options = {}) {
      const authorization = await authorizer.authorization(options)
      try {
        return await sendAs(authorization, call, options)
      } catch (error) {
        if (!isDeltaError(error, 'unauthenticated')) throw error
        // A token may end at any time. Nothing was done, so that any call may be made again: once.
        const another = await authorizer.authorization({ ...options, refused: authorization })
        if (another === authorization) throw error
        return sendAs(another, call, options)
      }
    },
  }
}
