import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { collect, OctetBudget } from './collect.ts'
import type { Reception } from './mail-receiver.ts'
import type { RawMail } from './raw-mail.ts'

/** Where a mail server in front delivers. */
export interface ListenerSettings {
  readonly protocol: 'lmtp' | 'smtp'
  readonly host: string
  readonly port: number
  /** Octets of one mail at most. */
  readonly maxSize: number
  readonly bounds?: Partial<ListenerBounds>
}

/** What one listener spends on its clients together. */
export interface ListenerBounds {
  readonly clients: number
  /** Milliseconds one connection may last, however busy it is. */
  readonly sessionMs: number
  /** Mails of the largest size that may be held at once. */
  readonly mails: number
}

const BOUNDS: ListenerBounds = { clients: 50, sessionMs: 15 * 60_000, mails: 4 }

/** What a listener hands mails to. */
export interface MailIntake {
  receive(mail: RawMail): Promise<readonly Reception[]>
  /** Does the address reach somebody here? Asked at RCPT TO, so that nothing is bounced later. */
  isLocal(address: string): Promise<boolean>
  /** Told of trouble that is not the mail's. */
  warn(error: unknown, message: string): void
}

export interface MailListener {
  readonly port: number
  close(): Promise<void>
}

const MOST_RECIPIENTS = 100

/**
 * Listens for mails over LMTP (RFC 2033) or SMTP. A mail is acknowledged once it is taken in; until then the mail
 * server in front keeps it.
 * @throws the error of `listen`, when the address cannot be had
 */
export async function listenForMail(settings: ListenerSettings, intake: MailIntake): Promise<MailListener> {
  const bounds = { ...BOUNDS, ...settings.bounds }
  const budget = new OctetBudget(bounds.mails * settings.maxSize)
  const server = new SMTPServer({
    lmtp: settings.protocol === 'lmtp',
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: settings.maxSize,
    maxClients: bounds.clients,
    logger: false,
    disableReverseLookup: true,
    onRcptTo: ({ address }, { envelope }, done) => {
      if (envelope.rcptTo.length >= MOST_RECIPIENTS) return done(answer(452, 'Too many recipients'))
      intake.isLocal(address.toLowerCase()).then(
        (isLocal) => done(isLocal ? null : answer(550, 'Nobody here has this address')),
        (error) => {
          intake.warn(error, 'a recipient could not be looked up')
          done(answer(451, 'Try again later'))
        },
      )
    },
    onData: (stream, session, done) => {
      take(stream, session, intake, settings, budget).then(
        (answers) => finish(answers, settings.protocol, done),
        (error) => {
          intake.warn(error, 'a mail could not be taken in')
          done(answer(451, 'Try again later'))
        },
      )
    },
  })
  // A client that goes away is no concern of this server.
  server.on('error', () => undefined)
  // Who sends an octet now and then would never be idle.
  server.server.on('connection', (socket: Socket) => {
    const end = setTimeout(() => socket.destroy(), bounds.sessionMs)
    socket.once('close', () => clearTimeout(end))
  })
  return listening(server, settings)
}

function listening(server: SMTPServer, { host, port }: ListenerSettings): Promise<MailListener> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, host, () => {
      server.server.off('error', reject)
      resolve({
        port: (server.server.address() as AddressInfo).port,
        close: () => new Promise((closed) => server.close(() => closed())),
      })
    })
  })
}

/** What one recipient's reply says. */
type Answer = (Error & { responseCode?: number }) | string

async function take(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  intake: MailIntake,
  { protocol, maxSize }: ListenerSettings,
  budget: OctetBudget,
): Promise<Answer[]> {
  const { mailFrom, rcptTo } = session.envelope
  const recipients = rcptTo.map(({ address }) => address.toLowerCase())
  // Over LMTP the client is the mail server in front, of which SPF says nothing.
  const peer =
    protocol === 'lmtp'
      ? undefined
      : {
          sender: mailFrom === false ? '' : mailFrom.address,
          address: session.remoteAddress,
          helo: session.hostNameAppearsAs || session.remoteAddress,
        }
  const { octets, release } = await collect(stream as AsyncIterable<Buffer>, maxSize, budget)
  try {
    if (octets === 'too large') return recipients.map(() => answer(552, `Larger than ${maxSize} octets`))
    if (octets === 'no room') return recipients.map(() => answer(451, 'Too many mails at once'))
    const receptions = await intake.receive({ octets, recipients, peer })
    return receptions.map(answerTo)
  } finally {
    release()
  }
}

function answerTo({ result, reason }: Reception): Answer {
  if (result === 'later') return answer(451, oneLine(reason))
  if (result === 'unknown') return answer(550, oneLine(reason))
  return `${result}: ${oneLine(reason)}`
}

/** As smtp-server takes it: over LMTP an answer for each recipient, over SMTP one. */
type Done = (error?: Error | null, message?: string | (Error | string)[]) => void

/** Over SMTP a mail is taken unless somebody's must come again, or nobody's could be taken. */
function finish(answers: (Error | string)[], protocol: 'lmtp' | 'smtp', done: Done): void {
  if (protocol === 'lmtp') {
    done(null, answers)
    return
  }
  const errors = answers.filter((each) => typeof each !== 'string') as (Error & { responseCode?: number })[]
  const temporary = errors.find(({ responseCode }) => responseCode === 451)
  const worst = temporary ?? (errors.length === answers.length ? errors[0] : undefined)
  if (worst === undefined) done(null, answers.find((each) => typeof each === 'string') as string)
  else done(worst)
}

function answer(responseCode: number, message: string): Error & { responseCode: number } {
  return Object.assign(new Error(message), { responseCode })
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200)
}
