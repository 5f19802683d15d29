import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

const STATUSES: Readonly<Record<string, number>> = {
  // RFC 9110 §9.1: a method nobody knows.
  HPE_INVALID_METHOD: 501,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** What a person can act on, in ASCII. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  HPE_INVALID_URL:
    'The request target holds octets that a URL may not hold as they are: percent-encode them.',
  HPE_INVALID_HEADER_TOKEN: 'A header holds an octet that is not allowed there.',
  HPE_HEADER_OVERFLOW: 'The headers are too long.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
}

/** Answers octets that are no request, as far as there is still anybody to answer, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  const status = STATUSES[error.code ?? ''] ?? 400
  const text = EXPLANATIONS[error.code ?? ''] ?? STATUS_CODES[status] ?? ''
  const head = `Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}`
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n\r\n${text}`)
}

/** Node keeps the response under way on its socket; after its head a second one would be taken for its body. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: response } = socket as Duplex & { _httpMessage?: { headersSent: boolean } | null }
  return response?.headersSent === true
}
