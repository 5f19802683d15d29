import { createTransport } from 'nodemailer'
import type { ComposedMail } from './compose.ts'

/** How mail leaves this server. */
export interface SmtpSettings {
  /** `smtp://` or `smtps://`, with user and password when the relay asks for them. */
  readonly url: string
  readonly dkim?: { readonly domainName: string; readonly keySelector: string; readonly privateKey: string }
  /** Connections kept open. */
  readonly connections: number
}

/** The relay, or the mail, said no for good; trying again would not help. `code` is its reply. */
export class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError'
}

/** A mail for people alone has no calendar message, and nobody answers it. */
export type SendableMail = Omit<ComposedMail, 'icalEvent' | 'references' | 'replyTo'>

/** What hands mails over to the next server. */
export interface MailTransport {
  /**
   * Resolves once the next server has taken the mail.
   * @throws MailRefusedError when it never will; any other error: try again later.
   */
  send(mail: SendableMail): Promise<void>
  /** Connects and logs in, and sends nothing. @throws the transport's error */
  verify(): Promise<void>
  close(): void
}

const TIMEOUT_MS = 30_000

/** A pool of SMTP connections, encrypted as soon as the relay offers it. */
export function createSmtp({ url, dkim, connections }: SmtpSettings): MailTransport {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url)
  const isTls = protocol === 'smtps:'
  const transport = createTransport({
    pool: true,
    maxConnections: connections,
    host: hostname,
    port: port === '' ? (isTls ? 465 : 587) : Number(port),
    secure: isTls,
    requireTLS: searchParams.get('tls') === 'required',
    ignoreTLS: searchParams.get('tls') === 'off',
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: 2 * TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...(dkim === undefined ? {} : { dkim }),
  })
  return {
    async send(mail) {
      try {
        await transport.sendMail({ ...mail, headers: { ...mail.headers } })
      } catch (error) {
        throw isPermanent(error) ? new MailRefusedError(messageOf(error), { cause: error }) : error
      }
    },
    async verify() {
      await transport.verify()
    },
    close: () => transport.close(),
  }
}

/** RFC 5321 §4.2.1: 5yz is final; but a login refused, or no TLS, is the operator's to mend, not the recipient's. */
function isPermanent(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string }
  if (code === 'EAUTH' || code === 'ETLS' || code === 'ECONNECTION') return false
  return code === 'EENVELOPE' || code === 'EMESSAGE'
    ? responseCode === undefined || responseCode >= 500
    : responseCode !== undefined && responseCode >= 550
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
