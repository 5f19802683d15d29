import type { BlockList } from 'node:net'
import Koa from 'koa'
import type { Logger } from 'pino'
import { cors } from './cors.ts'
import { errorBoundary, HttpError } from './errors.ts'
import { health, type ReadinessCheck } from './health.ts'
import type { Metrics } from './metrics.ts'
import { observe } from './observe.ts'
import { receive } from './receive.ts'
import { securityHeaders } from './security-headers.ts'
import type { HttpApp, HttpMiddleware } from './state.ts'
import { discardUnread } from './unread.ts'

export interface AppOptions {
  readonly log: Logger
  readonly metrics: Metrics
  readonly readiness: ReadinessCheck
  readonly trustedProxies: BlockList
  /** Path of PUBLIC_URL: empty, or like `/kalends`. */
  readonly prefix: string
  /** Scheme and host of PUBLIC_URL. */
  readonly publicOrigin: string | undefined
  readonly corsOrigins: ReadonlySet<string>
  /** Methods offered to other origins. */
  readonly methods: readonly string[]
  /** Tried in order; each answers or calls next. They authenticate for themselves. */
  readonly frontEnds: readonly HttpMiddleware[]
}

/** The HTTP application: what every request passes through on its way to a front end. */
export function createApp(options: AppOptions): HttpApp {
  const { log, metrics, trustedProxies, prefix, publicOrigin } = options
  const app: HttpApp = new Koa()
  const steps = [
    discardUnread,
    errorBoundary,
    receive({ trustedProxies, prefix, publicOrigin, log }),
    observe(log, metrics),
    securityHeaders,
    cors(options.corsOrigins, options.methods),
    health(options.readiness),
    ...options.frontEnds,
    nothingHere,
  ]
  for (const step of steps) app.use(step)
  app.on('error', (error: Error) => logStreamError(log, error))
  return app
}

const nothingHere: HttpMiddleware = () => {
  throw new HttpError(404, 'There is nothing here.')
}

/**
 * What Koa reports after the boundary is passed: nearly always a client that went away or broke off. Errors
 * of the HTTP parser carry the octets it choked on, credentials among them, so only their code is logged.
 */
function logStreamError(log: Logger, error: NodeJS.ErrnoException): void {
  const { code = '' } = error
  if (/^(?:HPE_|EPIPE|ECONNRESET|ERR_STREAM_PREMATURE_CLOSE)/.test(code))
    log.debug({ code }, 'client broke off')
  else log.error({ err: error }, 'answer was cut short')
}
