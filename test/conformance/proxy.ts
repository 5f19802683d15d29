import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { isResponse, type Mutation, type ProxiedRequest, type ProxiedResponse } from './message.ts'

/** A proxy in front of a server, breaking at most one rule at a time. */
export interface BreakingProxy {
  readonly url: URL
  /** Breaks this rule from now on; undefined passes everything as it is. */
  readonly use: (mutation: Mutation | undefined) => void
  readonly close: () => Promise<void>
}

/** Starts a proxy on a free port of the loopback interface. */
export async function startProxy(target: URL): Promise<BreakingProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  let current: Mutation | undefined
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing, target, agent, current).catch((error: Error) => {
      if (!outgoing.headersSent) outgoing.writeHead(502)
      outgoing.end(error.message)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  const url = new URL(target.href)
  url.port = String(address.port)
  return {
    url,
    use: (mutation) => {
      current = mutation
    },
    close: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: URL,
  agent: Agent,
  mutation: Mutation | undefined,
): Promise<void> {
  const original: ProxiedRequest = {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: incoming.headers,
    body: await readAll(incoming),
  }
  const changed = mutation?.request?.(original) ?? original
  const answer = isResponse(changed) ? changed : await forward(changed, target, agent)
  const { status, headers, body } = mutation?.response?.(answer, original) ?? answer
  const hasBody = original.method !== 'HEAD' && status !== 204 && status !== 304
  const { 'transfer-encoding': _, 'content-length': length, ...rest } = headers
  outgoing.writeHead(
    status,
    hasBody
      ? { ...rest, 'content-length': body.length }
      : { ...rest, ...(length ? { 'content-length': length } : {}) },
  )
  outgoing.end(hasBody ? body : undefined)
}

function forward(message: ProxiedRequest, target: URL, agent: Agent): Promise<ProxiedResponse> {
  const { 'transfer-encoding': _, connection: __, expect: ___, ...headers } = message.headers
  return new Promise((resolve, reject) => {
    const request = send({
      host: target.hostname,
      port: target.port,
      agent,
      method: message.method,
      path: message.path,
      headers: {
        ...headers,
        ...(message.body.length > 0 ? { 'content-length': String(message.body.length) } : {}),
      },
    })
    request.on('error', reject)
    request.on('response', (response) => {
      readAll(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      )
    })
    request.end(message.body)
  })
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
