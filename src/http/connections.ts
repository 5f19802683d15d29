import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Connection {
  socket: Socket
  requests: number
}

/**
 * Knows which connections have a request under way. Node's own `closeIdleConnections` takes one that has not
 * sent anything yet for busy, and clients like to connect ahead of need.
 */
export class Connections {
  readonly #open = new Set<Connection>()
  readonly #bySocket = new WeakMap<Socket, Connection>()
  /** TLS wraps a connection in a second socket; the peer's address and port tell that they are one. */
  readonly #handshakes = new Map<string, Connection>()
  #isClosing = false

  constructor(server: Server) {
    server.on('connection', (socket) => this.#add(socket))
    server.on('secureConnection', (socket) => this.#wrap(socket))
    server.on('request', (request, response) => this.#count(request, response))
    server.on('checkContinue', (request, response) => this.#count(request, response))
  }

  /** Ends what is idle now, and everything else as soon as it becomes idle. */
  closeWhenIdle(): void {
    this.#isClosing = true
    for (const { socket, requests } of this.#open) if (requests === 0) socket.destroy()
  }

  #add(socket: Socket): void {
    const connection = { socket, requests: 0 }
    const peer = peerOf(socket)
    this.#open.add(connection)
    this.#bySocket.set(socket, connection)
    this.#handshakes.set(peer, connection)
    socket.once('close', () => {
      this.#open.delete(connection)
      this.#handshakes.delete(peer)
    })
  }

  #wrap(socket: Socket): void {
    const connection = this.#handshakes.get(peerOf(socket))
    if (connection === undefined) return
    connection.socket = socket
    this.#bySocket.set(socket, connection)
  }

  #count({ socket }: IncomingMessage, response: ServerResponse): void {
    const connection = this.#bySocket.get(socket)
    if (connection === undefined) return
    connection.requests++
    response.once('close', () => {
      connection.requests--
      if (this.#isClosing && connection.requests === 0) socket.end()
    })
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
