import type { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Runtime } from '../../runtime.ts'
import { joinBytes } from '../bytes.ts'
import type { ObjectMeta } from '../object-store.ts'

/** A listing of one page as the server gave it. */
export interface KnownListing {
  readonly objects: readonly ObjectMeta[]
  /** Status and body of the answer. */
  readonly text: string
  /** When the request was signed: milliseconds since 1970. */
  readonly signedAt: number
  /** Sends the request again, signature and all. */
  readonly again: () => Promise<string | undefined>
}

/** Listings that may be asked for again. */
export interface ListingMemory {
  /** The objects of a listing, if the server still answers with the very same bytes. */
  unchanged(key: string): Promise<readonly ObjectMeta[] | undefined>
  keep(key: string, listing: KnownListing): void
}

/** S3 takes a signature for 15 minutes, by its own clock. */
const SIGNATURE_LIFE = 5 * 60_000
const MAX_LISTINGS = 200
const MAX_CHARACTERS = 64 * 1024

/**
 * Who looks again and again whether there is something new gets the same bytes nearly each time. To send the request that
 * was signed already and to compare the bytes takes a quarter of the CPU time in which the SDK makes a request and reads
 * the answer, and tells as much. A listing that changed costs two requests.
 */
export function listingMemory({ now }: Pick<Runtime, 'now'>): ListingMemory {
  const known = new Map<string, KnownListing>()
  return {
    async unchanged(key) {
      const listing = known.get(key)
      if (listing === undefined) return undefined
      if (now() - listing.signedAt < SIGNATURE_LIFE && (await isSame(listing))) return listing.objects
      known.delete(key)
      return undefined
    },
    keep(key, listing) {
      if (listing.text.length > MAX_CHARACTERS) return
      known.delete(key)
      known.set(key, listing)
      const oldest = known.keys().next()
      if (known.size > MAX_LISTINGS && !oldest.done) known.delete(oldest.value)
    },
  }
}

/** What fails is for the SDK to try again, and to tell. */
async function isSame({ text, again }: KnownListing): Promise<boolean> {
  try {
    return (await again()) === text
  } catch {
    return false
  }
}

/** What a command got, and how to ask for it again. */
export interface Overheard {
  text?: string
  again?: () => Promise<string | undefined>
}

/** Lets a command tell what it gets; known when it was sent. */
export function overhear(command: ListObjectsV2Command): Overheard {
  const heard: Overheard = {}
  // The innermost step: what it calls takes a signed request and sends it.
  command.middlewareStack.add(
    (send) => async (args) => {
      const result = await send(args)
      const { response } = result
      if (!isAnswer(response)) return result
      const { bytes, text } = await readBody(response)
      heard.text = text
      heard.again = async () => {
        const { response } = await send(args)
        return isAnswer(response) ? (await readBody(response)).text : undefined
      }
      // Whoever reads the answer gets what was read of it.
      Object.assign(response, { body: bytes })
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  return heard
}

/** An answer as the SDK's connections give it. */
interface HttpAnswer {
  readonly statusCode: number
  readonly body: AsyncIterable<Uint8Array>
}

function isAnswer(response: unknown): response is HttpAnswer {
  if (typeof response !== 'object' || response === null || !('body' in response)) return false
  const { body } = response
  return 'statusCode' in response && typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

const utf8 = new TextDecoder()

async function readBody({ statusCode, body }: HttpAnswer): Promise<{ bytes: Uint8Array; text: string }> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const bytes = joinBytes(chunks)
  return { bytes, text: `${statusCode}\n${utf8.decode(bytes)}` }
}
