import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server of its own, in this process, that mails are sent to. */
export interface SmtpPeer {
  readonly url: string
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[]
  /** The code it refuses mails with; undefined: it takes them. */
  refuseWith: number | undefined
  /** It refuses mails from anybody else, when it is told of the recipient, as Postfix does. */
  onlySender: string | undefined
  /** It hangs up in place of saying that it took a mail: after it did, or before. */
  hangsUp: 'after' | 'before' | undefined
  close(): Promise<void>
}

export async function startPeer(port = 0): Promise<SmtpPeer> {
  const mails: SmtpPeer['mails'] = []
  const peer: SmtpPeer = {
    url: '',
    mails,
    refuseWith: undefined,
    onlySender: undefined,
    hangsUp: undefined,
    close: async () => undefined,
  }
  const sockets = new Set<Socket>()
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo: (_address, { envelope: { mailFrom } }, done) => {
      const isOther = mailFrom !== false && mailFrom.address !== peer.onlySender
      const code = peer.onlySender !== undefined && isOther ? 553 : peer.refuseWith
      done(code === undefined ? null : Object.assign(new Error('no'), { responseCode: code }))
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        if (peer.hangsUp !== 'before') mails.push({ from, to, text: Buffer.concat(chunks).toString('utf8') })
        if (peer.hangsUp === undefined) done()
        else for (const socket of sockets) socket.destroy()
      })
    },
  })
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  return Object.assign(peer, {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}?tls=off`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  })
}
