/** The header in which client and server say what they can and do (PROTOCOL.md of Delta Sharing, "Delta Sharing Capabilities Header"). */
export const CAPABILITIES_HEADER = 'delta-sharing-capabilities'

/** The header that tells the table version that an answer is about. Lower case, as HTTP/2 has it. */
export const TABLE_VERSION_HEADER = 'delta-table-version'

export type ResponseFormat = 'parquet' | 'delta'

/** What a client can read and would like, or what a server's answer has. */
export interface Capabilities {
  /** In lower case, in the order given, unknown ones included; parquet alone where nothing is said. */
  readonly formats: readonly string[]
  /** Table features that the client knows: in lower case, without the `-preview` that they had before they were final. */
  readonly readerFeatures: ReadonlySet<string>
  /** The client asks for a line at the end of the stream, or the server promises it. */
  readonly includeEndStreamAction: boolean
}

/** Parses `k=v1,v2;k2=v`, whatever the case and the spaces. What is not of that form is left out, as the protocol asks. */
export function parseCapabilities(header: string | null | undefined): Capabilities {
  const values = new Map<string, readonly string[]>()
  for (const part of (header ?? '').toLowerCase().split(';')) {
    const [key = '', list, ...more] = part.split('=')
    if (key.trim() === '' || list === undefined || more.length > 0) continue
    const given = list.split(',').map((value) => value.trim())
    values.set(
      key.trim(),
      given.filter((value) => value !== ''),
    )
  }
  const formats = values.get(FORMATS) ?? []
  return {
    formats: formats.length === 0 ? ['parquet'] : formats,
    readerFeatures: new Set((values.get(FEATURES) ?? []).map(foldFeature)),
    includeEndStreamAction: values.get(END_STREAM)?.includes('true') ?? false,
  }
}

/** The header's text, in lower case: the official Python client compares it with case. */
export function formatCapabilities({
  formats,
  readerFeatures = [],
  includeEndStreamAction = false,
}: {
  readonly formats: readonly ResponseFormat[]
  readonly readerFeatures?: Iterable<string>
  readonly includeEndStreamAction?: boolean
}): string {
  const features = [...readerFeatures].map(foldFeature)
  return [
    `${FORMATS}=${formats.join(',')}`,
    ...(features.length > 0 ? [`${FEATURES}=${features.join(',')}`] : []),
    ...(includeEndStreamAction ? [`${END_STREAM}=true`] : []),
  ].join(';')
}

/** The name of a table feature as capabilities compare it: without case, and the same before and after it was final. */
export function foldFeature(name: string): string {
  return name.toLowerCase().replace(/-preview$/, '')
}

const FORMATS = 'responseformat'
const FEATURES = 'readerfeatures'
const END_STREAM = 'includeendstreamaction'
