import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** One request and its answer as they went over the wire. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly requestHeaders: OutgoingHttpHeaders
  readonly requestBody: string
  status: number
  statusText: string
  responseHeaders: IncomingHttpHeaders
  responseBody: string
  milliseconds: number
}

const bodyLimit = 6000

/** An exchange as text to be read by a person; `secrets` never appear in it. */
export function describeExchange(exchange: Exchange, secrets: readonly string[]): string {
  const lines = [
    `> ${exchange.method} ${exchange.path}`,
    ...headerLines('> ', exchange.requestHeaders),
    ...bodyLines('> ', exchange.requestBody),
    `< ${exchange.status} ${exchange.statusText} (${exchange.milliseconds} ms)`,
    ...headerLines('< ', exchange.responseHeaders),
    ...bodyLines('< ', exchange.responseBody),
  ]
  return mask(lines.join('\n'), secrets)
}

function headerLines(mark: string, headers: IncomingHttpHeaders | OutgoingHttpHeaders): string[] {
  return Object.entries(headers).map(([name, value]) => {
    const isSecret = /^(authorization|cookie|set-cookie)$/i.test(name)
    return `${mark}${name}: ${isSecret ? '***' : value}`
  })
}

function bodyLines(mark: string, body: string): string[] {
  if (body === '') return []
  const shown = body.length > bodyLimit ? `${body.slice(0, bodyLimit)}… (${body.length} characters)` : body
  return [mark, ...shown.split(/\r?\n/).map((line) => mark + line)]
}

function mask(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => (secret === '' ? masked : masked.replaceAll(secret, '***')), text)
}
