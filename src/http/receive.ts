import { randomUUID } from 'node:crypto'
import type { BlockList } from 'node:net'
import type { Logger } from 'pino'
import type { Actor } from '../store/records.ts'
import { clientReader, list } from './client.ts'
import type { Client, HttpContext, HttpMiddleware, RequestState } from './state.ts'

export interface ReceiveOptions {
  readonly trustedProxies: BlockList
  /** Path of PUBLIC_URL: empty, or like `/kalends`. */
  readonly prefix: string
  readonly publicOrigin: string | undefined
  readonly log: Logger
}

/** Fills `ctx.state`: request id, client, prefix, logger; and takes the prefix off `ctx.path`. */
export function receive({ trustedProxies, prefix, publicOrigin, log }: ReceiveOptions): HttpMiddleware {
  const clientOf = clientReader(trustedProxies)
  return (ctx, next) => {
    const client = clientOf(ctx.req)
    const requestId = (client.isProxied && acceptable(ctx.headers['x-request-id'])) || randomUUID()
    const ownPrefix = client.isProxied ? forwardedPrefix(ctx, prefix) : prefix
    ctx.state = new State(requestId, client, ownPrefix, publicOrigin ?? client.origin, log)
    ctx.res.setHeader('X-Request-Id', requestId)
    stripPrefix(ctx)
    return next()
  }
}

class State implements RequestState {
  readonly requestId: string
  readonly client: Client
  readonly prefix: string
  readonly origin: string
  actor?: Actor
  route?: string
  readonly #log: Logger
  #bound: Logger | undefined

  constructor(requestId: string, client: Client, prefix: string, origin: string, log: Logger) {
    this.requestId = requestId
    this.client = client
    this.prefix = prefix
    this.origin = origin
    this.#log = log
  }

  /** Most requests log nothing of their own: the bound logger is made when it is asked for. */
  get log(): Logger {
    this.#bound ??= this.#log.child({ requestId: this.requestId })
    return this.#bound
  }
}

function acceptable(id: string | string[] | undefined): string | undefined {
  return typeof id === 'string' && /^[\w.:/+=-]{1,128}$/.test(id) ? id : undefined
}

/** A proxy that adds a path of its own says so in X-Forwarded-Prefix; it wins over PUBLIC_URL. */
function forwardedPrefix(ctx: HttpContext, prefix: string): string {
  const stated = list(ctx.headers['x-forwarded-prefix']).at(-1)?.replace(/\/+$/, '')
  return stated !== undefined && /^(\/[A-Za-z0-9._~-]+)*$/.test(stated) ? stated : prefix
}

/** Proxies differ in whether they pass the prefix on; both kinds are served. */
function stripPrefix(ctx: HttpContext): void {
  const { prefix } = ctx.state
  if (prefix === '') return
  // RFC 9112 §3.2.2: the target may be a whole URL.
  const url = ctx.url.replace(/^https?:\/\/[^/?]*/i, '')
  if (!url.startsWith(prefix) || !/^(?:[/?]|$)/.test(url.slice(prefix.length))) return
  const rest = url.slice(prefix.length)
  ctx.url = rest.startsWith('/') ? rest : `/${rest}`
}
