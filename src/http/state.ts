import type Koa from 'koa'
import type { Logger } from 'pino'
import type { Actor } from '../store/records.ts'

/** Who is at the other end, once trusted proxies have been looked through. */
export interface Client {
  /** IP address of the client. */
  readonly address: string
  /** Did the client speak TLS, to us or to a trusted proxy? */
  readonly isSecure: boolean
  /** May a password be sent this way: over TLS, or without leaving this machine? */
  readonly isConfidential: boolean
  /** Is the peer a trusted proxy, whose X-Forwarded-* and X-Request-Id count? */
  readonly isProxied: boolean
  /** `https://calendar.example.com`, as the client addressed us. */
  readonly origin: string
}

/** What every request carries in `ctx.state`. */
export interface RequestState {
  readonly requestId: string
  readonly client: Client
  /** Path in front of `/dav/` as the client sees it: empty, or like `/kalends`. `ctx.path` is without it. */
  readonly prefix: string
  /** Scheme and host clients should use: those of PUBLIC_URL, or as the client addressed us. */
  readonly origin: string
  /** Logger bound to the request id. */
  readonly log: Logger
  /** Set by `authenticate`. */
  actor?: Actor
  /** What kind of resource the request was routed to, for the metrics; few values. */
  route?: string
}

export type HttpContext = Koa.ParameterizedContext<RequestState>
export type HttpMiddleware = Koa.Middleware<RequestState>
export type HttpApp = Koa<RequestState>
