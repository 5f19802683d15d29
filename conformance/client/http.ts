import { Agent, type ClientRequest, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { isIP } from 'node:net'
import { requestPath } from '../hrefs.ts'
import type { Exchange } from './exchange.ts'
import { Response } from './response.ts'

/** Who a request comes from. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** What can be said about one request. */
export interface RequestOptions {
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
  /** The Depth header. */
  readonly depth?: string
  /** Sends the body in chunks of this many octets, without Content-Length. */
  readonly chunked?: number
}

/** One account's way to the server. Keeps every exchange in the log it was given. */
export class HttpClient {
  readonly #origin: URL
  readonly #credentials: Credentials | undefined
  readonly #log: Exchange[]

  constructor(origin: URL, credentials: Credentials | undefined, log: Exchange[]) {
    this.#origin = origin
    this.#credentials = credentials
    this.#log = log
  }

  /** An href of this server as a whole URL. */
  absolute(href: string): string {
    return new URL(href, this.#origin).href
  }

  /** Sends one request and waits for the whole answer; redirects are not followed. */
  async request(method: string, href: string, options: RequestOptions = {}): Promise<Response> {
    const body = options.body ?? ''
    const exchange = this.#startExchange(method, href, options)
    this.#log.push(exchange)
    const started = Date.now()
    const answered = await this.#sendWithRetry(exchange, options.chunked, Buffer.from(body))
    exchange.milliseconds = Date.now() - started
    return answered
  }

  #startExchange(method: string, href: string, options: RequestOptions): Exchange {
    const headers: OutgoingHttpHeaders = { Host: this.#origin.host, 'User-Agent': 'caldav-conformance/1' }
    if (this.#credentials !== undefined) {
      const { username, password } = this.#credentials
      headers.Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    }
    if (options.depth !== undefined) headers.Depth = options.depth
    const requestBody = options.body?.toString() ?? ''
    if (options.chunked === undefined && (requestBody !== '' || method === 'PUT')) {
      headers['Content-Length'] = Buffer.byteLength(options.body ?? '')
    }
    if (requestBody.startsWith('<')) headers['Content-Type'] = 'application/xml; charset=utf-8'
    return {
      method,
      path: requestPath(href),
      requestHeaders: { ...headers, ...options.headers },
      requestBody,
      status: 0,
      statusText: 'no answer',
      responseHeaders: {},
      responseBody: '',
      milliseconds: 0,
    }
  }

  async #sendWithRetry(exchange: Exchange, chunked: number | undefined, body: Buffer): Promise<Response> {
    try {
      return await this.#send(exchange, chunked, body)
    } catch (error) {
      // A kept connection may be closed by the server just as it is used again; a fresh one decides.
      if (!(error instanceof StaleConnectionError)) throw error
      return this.#send(exchange, chunked, body)
    }
  }

  #send(exchange: Exchange, chunked: number | undefined, body: Buffer): Promise<Response> {
    return new Promise((resolve, reject) => {
      const request = this.#open(exchange)
      request.on('response', (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const octets = Buffer.concat(chunks)
          exchange.status = incoming.statusCode ?? 0
          exchange.statusText = incoming.statusMessage ?? ''
          exchange.responseHeaders = incoming.headers
          exchange.responseBody = octets.toString('utf8')
          resolve(new Response(exchange.path, exchange.status, incoming.headers, octets))
        })
      })
      request.on('timeout', () => request.destroy(new Error('no answer within 15 seconds')))
      request.on('error', (error) => reject(failure(request, exchange, error)))
      writeBody(request, chunked, body)
    })
  }

  #open(exchange: Exchange): ClientRequest {
    const isSecure = this.#origin.protocol === 'https:'
    const host = this.#origin.hostname.replace(/^\[|\]$/g, '')
    return (isSecure ? requestHttps : requestHttp)({
      host,
      // Otherwise taken from a test's Host header, which a proxy then refuses before HTTP begins.
      servername: isIP(host) === 0 ? host : '',
      port: this.#origin.port || (isSecure ? 443 : 80),
      method: exchange.method,
      path: exchange.path,
      headers: exchange.requestHeaders,
      timeout: 15_000,
      agent: isSecure ? secureAgent : agent,
    })
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })
const secureAgent = new SecureAgent({ keepAlive: true, maxSockets: 16 })

/** Closes every kept connection, so that the process can end. */
export function closeConnections(): void {
  agent.destroy()
  secureAgent.destroy()
}

/** The server closed the connection or kept silent. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError'
}

class StaleConnectionError extends NoAnswerError {}

function failure(request: ClientRequest, exchange: Exchange, error: Error): Error {
  const message = `${exchange.method} ${exchange.path} got no answer: ${error.message}`
  if (request.reusedSocket && /ECONNRESET|EPIPE|socket hang up/.test(`${error}`)) {
    return new StaleConnectionError(message)
  }
  return new NoAnswerError(message, { cause: error })
}

function writeBody(request: ClientRequest, chunked: number | undefined, body: Buffer): void {
  const step = chunked ?? body.length
  for (let at = 0; at < body.length; at += step) request.write(body.subarray(at, at + step))
  request.end()
}
