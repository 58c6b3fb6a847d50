/** The header in which client and server say what they can and do (PROTOCOL.md of Delta Sharing, "Delta Sharing Capabilities Header"). */
export const CAPABILITIES_HEADER = 'delta-sharing-capabilities'

/** The header that tells the table version that an answer is about. Lower case, as HTTP/2 has it. */
export const TABLE_VERSION_HEADER = 'delta-table-version'

export type ResponseFormat = 'parquet' | 'delta'

/** Capabilities by lower-case name, with their lower-case values. */
export type Capabilities = ReadonlyMap<string, readonly string[]>

/** Parses `k=v1,v2;k2=v`, whatever the case and the spaces. What is not of that form is left out, as the protocol asks. */
export function parseCapabilities(header: string | null | undefined): Capabilities {
  const capabilities = new Map<string, readonly string[]>()
  for (const part of (header ?? '').toLowerCase().split(';')) {
    const [key = '', values, ...more] = part.split('=')
    if (key.trim() === '' || values === undefined || more.length > 0) continue
    capabilities.set(
      key.trim(),
      values
        .split(',')
        .map((value) => value.trim())
        .filter((value) => value !== ''),
    )
  }
  return capabilities
}

/** The header's text, in lower case: the official Python client compares it with case. */
function formatCapabilities(capabilities: Capabilities): string {
  return [...capabilities].map(([key, values]) => `${key}=${values.join(',')}`.toLowerCase()).join(';')
}

/** The formats that a client accepts: parquet alone unless it says otherwise. */
export function acceptedFormats(capabilities: Capabilities): readonly string[] {
  const formats = capabilities.get('responseformat') ?? []
  return formats.length === 0 ? ['parquet'] : formats
}

export function formatCapabilitiesOf(format: ResponseFormat): string {
  return formatCapabilities(new Map([['responseformat', [format]]]))
}
