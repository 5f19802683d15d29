import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Logger } from 'pino'
import { answerClientError } from './client-error.ts'
import { Connections } from './connections.ts'
import type { HttpApp } from './state.ts'
import { readTlsFiles, type TlsFiles, watchTlsFiles } from './tls.ts'

/**
 * Bounds on what a slow or hostile peer can hold. Headers must arrive within 20 s; a body may take five
 * minutes (a large import over a thin line); an idle connection outlives the 60 s that proxies keep theirs.
 */
const BOUNDS = {
  headersTimeout: 20_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 32_768,
  connectionsCheckingInterval: 5_000,
} as const

const connectionsOf = new WeakMap<Server, Connections>()

/** @returns a server for the app, not yet listening; over TLS when given files, which are read again on change */
export function createHttpServer(app: HttpApp, tls: TlsFiles | undefined, log: Logger): Server | TlsServer {
  const handle = app.callback()
  const server =
    tls === undefined
      ? createServer(BOUNDS, handle)
      : createTlsServer({ ...BOUNDS, ...readTlsFiles(tls) }, handle)
  connectionsOf.set(server, new Connections(server))
  // Whoever reads the body says "100 Continue" first: what the headers alone decide is answered without it.
  server.on('checkContinue', handle)
  server.on('clientError', answerClientError)
  if (tls !== undefined) {
    const stopWatching = watchTlsFiles(tls, (context) => (server as TlsServer).setSecureContext(context), log)
    server.once('close', stopWatching)
  }
  return server
}

/** @returns the port listened on. @throws the system's error, with its code */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/**
 * Stops accepting, lets requests under way finish for at most `graceMs`, then cuts what is left.
 */
export async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  connectionsOf.get(server)?.closeWhenIdle()
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(cut)
}
