import { once } from 'node:events'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { BlockList } from 'node:net'
import { text } from 'node:stream/consumers'
import { type AppOptions, createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/http/log.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { close, createHttpServer, listen } from '../../src/http/server.ts'
import type { HttpMiddleware } from '../../src/http/state.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The application on a free port, with its log kept. */
export interface TestServer {
  readonly port: number
  readonly lines: readonly Record<string, unknown>[]
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>
  close(): Promise<void>
}

export async function serve(
  frontEnd: HttpMiddleware,
  options: Partial<Omit<AppOptions, 'frontEnds' | 'log'>> = {},
): Promise<TestServer> {
  const lines: Record<string, unknown>[] = []
  const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) })
  const app = createApp({
    log,
    metrics: createMetrics(() => ({ total: 0, idle: 0, waiting: 0 })),
    readiness: async () => undefined,
    trustedProxies: new BlockList(),
    prefix: '',
    publicOrigin: undefined,
    corsOrigins: new Set(),
    methods: ['GET', 'PUT', 'PROPFIND'],
    ...options,
    frontEnds: [frontEnd],
  })
  const server = createHttpServer(app, undefined, log)
  const port = await listen(server, '127.0.0.1', 0)
  return {
    port,
    lines,
    ask: (method, path, headers, body) => send({ port, method, path, headers: headers ?? {} }, body),
    close: () => close(server, 0),
  }
}

/** Trusts this machine as a proxy. */
export function trustingLoopback(): BlockList {
  const list = new BlockList()
  list.addAddress('127.0.0.1')
  return list
}

async function send(options: RequestOptions, body: string | undefined): Promise<Answer> {
  const outgoing = request({ host: '127.0.0.1', agent: false, ...options })
  outgoing.end(body)
  const [answer] = await once(outgoing, 'response')
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
}
