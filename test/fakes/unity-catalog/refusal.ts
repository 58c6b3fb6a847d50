/** An answer that says no. */
export class Refusal extends Error {
  readonly status: number
  readonly errorCode: string

  constructor(status: number, errorCode: string, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }

  response(): Response {
    const body = { error_code: this.errorCode, message: this.message, details: [] }
    return Response.json(body, { status: this.status })
  }
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_PARAMETER_VALUE', message)
}

/** @param kind as it stands in the code: `SHARE`. */
export function absent(kind: string, name: string): Refusal {
  return new Refusal(404, `${kind}_DOES_NOT_EXIST`, `${words(kind)} '${name}' does not exist.`)
}

/** With 400, as servers do for compatibility: the code is what tells. */
export function taken(kind: string, name: string): Refusal {
  return new Refusal(400, `${kind}_ALREADY_EXISTS`, `${words(kind)} '${name}' already exists`)
}

export function denied(message: string): Refusal {
  return new Refusal(403, 'PERMISSION_DENIED', message)
}

export function noEndpoint(): Refusal {
  return new Refusal(404, 'ENDPOINT_NOT_FOUND', 'No API found')
}

function words(kind: string): string {
  const lower = kind.toLowerCase().replaceAll('_', ' ')
  return lower.charAt(0).toUpperCase() + lower.slice(1)
}
