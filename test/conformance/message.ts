import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** A request on its way to the server. Header names are in lower case. */
export interface ProxiedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** An answer on its way to the suite. */
export interface ProxiedResponse {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** One rule of one standard, broken. */
export interface Mutation {
  /** What the broken server does, read after "a server that": `ignores If-Match`. */
  readonly name: string
  /** The rule it breaks. */
  readonly rule: string
  /** The parts of the suite to run against it. */
  readonly sections: readonly string[]
  /** Changes a request before the server sees it, or answers in its place. */
  readonly request?: (request: ProxiedRequest) => ProxiedRequest | ProxiedResponse
  /** Changes an answer before the suite sees it. */
  readonly response?: (response: ProxiedResponse, request: ProxiedRequest) => ProxiedResponse
}

/** Whether a changed request is an answer already. */
export function isResponse(message: ProxiedRequest | ProxiedResponse): message is ProxiedResponse {
  return 'status' in message
}
