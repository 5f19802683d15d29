import type { Mutation, ProxiedRequest, ProxiedResponse } from './message.ts'

type OnRequest = NonNullable<Mutation['request']>
type OnResponse = NonNullable<Mutation['response']>

/** A server that never sees a request header. */
export function withoutHeader(name: string, methods?: readonly string[]): OnRequest {
  return (request) => {
    if (methods && !methods.includes(request.method)) return request
    const { [name]: _, ...headers } = request.headers
    return { ...request, headers }
  }
}

/** A server that sees another text in requests of these methods. */
export function requestText(methods: readonly string[], change: (text: string) => string): OnRequest {
  return (request) =>
    methods.includes(request.method)
      ? { ...request, body: Buffer.from(change(request.body.toString('utf8'))) }
      : request
}

/** A server that stores calendar objects changed. */
export function stored(change: (text: string) => string): OnRequest {
  return requestText(['PUT'], (text) => (text.startsWith('BEGIN:VCALENDAR') ? change(text) : text))
}

/** A server that answers without doing anything. */
export function pretends(
  method: string,
  status: number,
  headers: ProxiedResponse['headers'] = {},
): OnRequest {
  return (request) => (request.method === method ? { status, headers, body: Buffer.alloc(0) } : request)
}

/** A server that answers one status in the place of another. */
export function status(from: number, to: number, methods?: readonly string[]): OnResponse {
  return (response, request) =>
    response.status === from && (methods?.includes(request.method) ?? true)
      ? { ...response, status: to }
      : response
}

/** A server that changes a header of its answers; undefined leaves it out. */
export function responseHeader(name: string, change: (value: string) => string | undefined): OnResponse {
  return (response) => {
    const { [name]: value, ...headers } = response.headers
    if (value === undefined) return response
    const changed = change(String(value))
    return { ...response, headers: changed === undefined ? headers : { ...headers, [name]: changed } }
  }
}

/** A server that writes another text into its answers, where the methods match. */
export function responseText(
  change: (text: string, request: ProxiedRequest) => string,
  methods?: readonly string[],
): OnResponse {
  return (response, request) => {
    if (methods && !methods.includes(request.method)) return response
    const text = response.body.toString('utf8')
    const changed = change(text, request)
    return changed === text ? response : { ...response, body: Buffer.from(changed) }
  }
}

/** A server that writes another value into a property, whatever the prefix of its name. */
export function property(name: string, change: (value: string) => string): OnResponse {
  const pattern = new RegExp(`(<(?:[\\w-]+:)?${name}(?: [^>]*)?>)([\\s\\S]*?)(</(?:[\\w-]+:)?${name}>)`, 'g')
  return responseText((text) =>
    text.replace(pattern, (_, open: string, value: string, close: string) => open + change(value) + close),
  )
}

/** Changes the list of `D:response` elements of multistatus answers. */
export function responses(change: (list: string[]) => string[]): OnResponse {
  const pattern = /<D:response>[\s\S]*?<\/D:response>/g
  return responseText((text) => {
    const list = text.match(pattern) ?? []
    if (list.length === 0) return text
    const start = text.indexOf(list[0] ?? '')
    const end = text.lastIndexOf('</D:response>') + '</D:response>'.length
    return text.slice(0, start) + change([...list]).join('') + text.slice(end)
  })
}
