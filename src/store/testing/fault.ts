/** The requests of an `ObjectStore` that can go wrong; of a `putStream`, the one that makes the object appear. */
export type Operation = 'get' | 'head' | 'put' | 'putStream' | 'copy' | 'list' | 'delete'

const ALL: readonly Operation[] = ['get', 'head', 'put', 'putStream', 'copy', 'list', 'delete']
const WRITES: readonly Operation[] = ['put', 'putStream', 'copy', 'delete']

/**
 * Everything that storage and network do to a request: which requests it can befall, and what it is. Behind a name stands
 * the moment: before the request is served nothing has changed; after it, the change is there and the caller is not told.
 */
export const faults = {
  reset: { befalls: ALL, is: 'the connection breaks before the request is served' },
  '500': { befalls: ALL, is: 'internal error, before anything was done' },
  '503': { befalls: ALL, is: 'slow down, before anything was done' },
  '429': { befalls: ALL, is: 'too many requests, before anything was done' },
  '409': { befalls: ALL, is: 'another request for the same key is under way: nothing was done, try again' },
  '403': { befalls: ALL, is: 'forbidden' },
  '501': { befalls: ['put'], is: 'conditional writes are not implemented' },
  '412': { befalls: ['put'], is: 'the condition is said to have failed, though nothing was done' },
  '304': { befalls: ['get', 'head', 'put'], is: 'not modified, which nobody asked' },
  'error-in-200': { befalls: ALL, is: 'status 200 with an error in the body; nothing was done' },
  'answer-lost': { befalls: WRITES, is: 'done; the connection breaks before the answer' },
  '500-after': { befalls: WRITES, is: 'done, and answered with internal error' },
  late: { befalls: ['put'], is: 'no answer; done some requests later, if its condition still holds then' },
  twice: { befalls: WRITES, is: 'delivered twice; the second answer arrives' },
  slow: { befalls: ALL, is: 'done and answered, a while later' },
  cut: { befalls: ['get'], is: 'the body ends in the middle' },
  flipped: { befalls: ['get'], is: 'one bit of the body is another' },
  'stale-list': { befalls: ['list'], is: 'the newest objects are not listed yet' },
  'short-list': { befalls: ['list'], is: 'the listing ends in the middle as if it were whole' },
  'repeated-page': { befalls: ['list'], is: 'a page is delivered twice' },
  'broken-list': { befalls: ['list'], is: 'the connection breaks in the middle of the listing' },
} as const satisfies Record<string, { befalls: readonly Operation[]; is: string }>

/** One of {@link faults}. */
export type Fault = keyof typeof faults

/** Every fault by its name. */
export const faultNames: readonly Fault[] = Object.keys(faults).filter(isFault)

function isFault(name: string): name is Fault {
  return name in faults
}

/** Whether a fault can befall a request of this kind. */
export function canBefall(fault: Fault, operation: Operation): boolean {
  const { befalls }: { befalls: readonly Operation[] } = faults[fault]
  return befalls.includes(operation)
}
