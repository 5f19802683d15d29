import { createServer, type Socket } from 'node:net'

/** A small SMTP server that takes every message and keeps it. */
export interface MailSink {
  /** The messages so far: headers and body as they came, line ends CRLF. */
  readonly messages: readonly string[]
  readonly close: () => void
}

/** Listens at `host:port` for mail. Throws when the place is taken. */
export async function openMailSink(place: string): Promise<MailSink> {
  const [host = '127.0.0.1', port = '25'] = place.split(':')
  const messages: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    converse(socket, messages)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(port), host, resolve)
  })
  const close = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { messages, close }
}

function converse(socket: Socket, messages: string[]): void {
  let buffer = ''
  let isData = false
  const say = (line: string): void => void socket.write(`${line}\r\n`)
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    buffer += chunk
    for (let end = buffer.indexOf('\r\n'); end >= 0 && !isData; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + 2)
      isData = /^DATA/i.test(line)
      if (/^QUIT/i.test(line)) return void socket.end('221 bye\r\n')
      say(isData ? '354 go on' : /^EHLO/i.test(line) ? '250 sink.example.test' : '250 ok')
    }
    const end = buffer.indexOf('\r\n.\r\n')
    if (isData && end >= 0) {
      messages.push(buffer.slice(0, end).replace(/^\.\./gm, '.'))
      buffer = buffer.slice(end + 5)
      isData = false
      say('250 taken')
    }
  })
  say('220 sink.example.test')
}
