import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

const STATUSES: Readonly<Record<string, number>> = {
  // RFC 9110 §9.1: a method nobody knows.
  HPE_INVALID_METHOD: 501,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Answers octets that are no request, as far as there is still anybody to answer, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  const status = STATUSES[error.code ?? ''] ?? 400
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Node keeps the response under way on its socket; after its head a second one would be taken for its body. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: response } = socket as Duplex & { _httpMessage?: { headersSent: boolean } | null }
  return response?.headersSent === true
}
