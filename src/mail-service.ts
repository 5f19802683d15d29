import { readFileSync } from 'node:fs'
import type { CalendarEnv } from './calendar/env.ts'
import type { Config } from './config.ts'
import type { Logger } from './http/log.ts'
import { databaseOutbox } from './mail/database-outbox.ts'
import { databaseReceiver } from './mail/database-receiver.ts'
import type { FromPolicy } from './mail/from-policy.ts'
import type { HoldLinks } from './mail/hold-notice.ts'
import { watchMailbox } from './mail/imap.ts'
import { listenForMail, type MailIntake } from './mail/listener.ts'
import type { MailReceiver } from './mail/mail-receiver.ts'
import { receiveMail } from './mail/receive-mail.ts'
import { startSending } from './mail/send-loop.ts'
import { sendNotices } from './mail/send-notices.ts'
import { createSmtp } from './mail/smtp.ts'
import { isLocal } from './mail/targets.ts'
import { codeOf, reasonOf, StartError } from './start-error.ts'

/** Mail in and out while the server runs, as far as the settings ask for it. */
export interface MailService {
  /** Ends after what is under way. */
  stop(): Promise<void>
}

const CONNECTIONS = 5
const LOOK_MS = 1000

/** @throws StartError when MAIL_LISTEN or DKIM_KEY cannot be used */
export async function startMail(config: Config, env: CalendarEnv, log: Logger): Promise<MailService> {
  const parts: { stop(): Promise<void> }[] = []
  const warn = (error: unknown, message: string) => log.warn({ err: error }, message)
  const intake = intakeOf(mailReceiver(config, env), log)
  if (config.mailListen !== undefined) parts.push(await startListener(config, config.mailListen, intake, log))
  if (config.imapUrl !== undefined) {
    parts.push(watchMailbox({ url: config.imapUrl, maxSize: config.mailMaxSize }, intake))
  }
  if (config.smtpUrl !== undefined) {
    const transport = createSmtp({ url: config.smtpUrl, connections: CONNECTIONS, ...dkimOf(config) })
    const outbox = databaseOutbox(env, {
      mostCancels: config.mailMaxCancels,
      sendsPerHour: config.mailSendsPerHour,
      invitationsPerHour: config.mailInvitationsPerHour,
    })
    const policy = fromPolicy(config)
    const { store, clock } = env
    const notices = { store, transport, policy, links: holdLinks(config), clock }
    const tell = () => sendNotices(notices)
    parts.push(startSending({ outbox, transport, policy, clock }, tell, LOOK_MS, warn))
  }
  return {
    async stop() {
      await Promise.all(parts.map((part) => part.stop()))
    },
  }
}

/** What mail that comes in goes through, for the server and for `kalends mail deliver`. */
export function mailReceiver(config: Config, env: CalendarEnv): MailReceiver {
  const { from, domains, replies } = fromPolicy(config)
  const [, own = ''] = from.address.split('@')
  return databaseReceiver(env, {
    replies,
    domains: [...domains, own],
    trustedAuthserv: config.mailTrustedAuthserv,
    invitationsPerHour: config.mailInvitationsPerHour,
    answerDays: config.mailAnswerDays,
  })
}

function fromPolicy({ mailFrom, mailDomains, mailReplyDomain, mailSecret }: Config): FromPolicy {
  return {
    from: mailFrom ?? { name: undefined, address: '' },
    domains: mailDomains,
    replies:
      mailReplyDomain === undefined || mailSecret === undefined
        ? undefined
        : { domain: mailReplyDomain, secret: mailSecret },
  }
}

function holdLinks({ publicUrl, mailSecret: secret }: Config): HoldLinks | undefined {
  if (publicUrl === undefined || secret === undefined) return undefined
  return { baseUrl: `${publicUrl.origin}${publicUrl.prefix}`, secret }
}

function intakeOf(receiver: MailReceiver, log: Logger): MailIntake {
  return {
    async receive(mail) {
      const receptions = await receiveMail(receiver, mail)
      for (const { recipient, ...rest } of receptions) {
        log.info({ recipient: withoutToken(recipient), ...rest }, 'mail received')
      }
      return receptions
    },
    isLocal: (address) => isLocal(receiver, address),
    warn: (error, message) => log.warn({ err: error }, message),
  }
}

/** Who reads the log shall not be able to answer for others. */
function withoutToken(address: string): string {
  return address.replace(/\+[^@]*/, '+…')
}

async function startListener(config: Config, address: string, intake: MailIntake, log: Logger) {
  const { protocol, hostname, port } = new URL(address)
  const kind = protocol === 'lmtp:' ? 'lmtp' : 'smtp'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const settings = { protocol: kind, host, port: Number(port || (kind === 'lmtp' ? 24 : 25)) } as const
  try {
    const listener = await listenForMail({ ...settings, maxSize: config.mailMaxSize }, intake)
    log.info({ protocol: kind, host, port: listener.port }, 'listening for mail')
    return { stop: () => listener.close() }
  } catch (cause) {
    throw new StartError(`cannot listen on ${address} (MAIL_LISTEN): ${reasonOf(cause)}`, { cause })
  }
}

function dkimOf({ dkimDomain, dkimSelector, dkimKey }: Config) {
  if (dkimDomain === undefined || dkimSelector === undefined || dkimKey === undefined) return {}
  try {
    const privateKey = readFileSync(dkimKey, 'utf8')
    return { dkim: { domainName: dkimDomain, keySelector: dkimSelector, privateKey } }
  } catch (cause) {
    throw new StartError(`the key ${dkimKey} (DKIM_KEY) cannot be read: ${codeOf(cause)}`, { cause })
  }
}
