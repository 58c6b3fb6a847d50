import type { FakeDatabricks } from './fake.ts'
import { sharingPrefix } from './open-sharing.ts'
import { noEndpoint } from './refusal.ts'

/** Answers below `public/`. */
export type ActivationAnswers = (path: string) => Response

const INFO = 'public/data_sharing_activation_info/'
const RETRIEVAL = 'public/data_sharing_activation/'

/** By a link, which may be given whole or by its end, a credential is retrieved once; whether it can be is told as often as asked. */
export function activationAnswers(fake: FakeDatabricks): ActivationAnswers {
  const { recipients } = fake
  return (path) => {
    if (path.startsWith(INFO)) {
      recipients.checkLink(codeOf(path.slice(INFO.length)))
      return Response.json({})
    }
    if (!path.startsWith(RETRIEVAL)) throw noEndpoint()
    const { token, bearer } = recipients.retrieve(codeOf(path.slice(RETRIEVAL.length)))
    return Response.json({
      shareCredentialsVersion: 1,
      endpoint: `${fake.url}${sharingPrefix(fake)}`,
      bearerToken: bearer,
      expirationTime: new Date(token.expiration_time).toISOString(),
    })
  }
}

function codeOf(rest: string): string {
  return decodeURIComponent(rest).replace(/^.*\?/, '')
}
