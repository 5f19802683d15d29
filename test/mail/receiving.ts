import { readFileSync } from 'node:fs'
import type { InboundMessage, MailReceiver, SentMail } from '../../src/mail/mail-receiver.ts'
import type { RawMail } from '../../src/mail/raw-mail.ts'
import { replyAddress } from '../../src/mail/reply-token.ts'
import type { Principal } from '../../src/store/records.ts'
import { OWNER, REPLIES } from './mails.ts'

/** What the tests of incoming mail share. */

export const ALICE: Principal = {
  userId: OWNER,
  username: 'alice',
  email: 'alice@example.com',
  name: 'Alice',
  timezone: 'Europe/Berlin',
  locale: 'en',
  kind: 'INDIVIDUAL',
  createdAt: new Date(0),
  updatedAt: new Date(0),
}

export interface Delivered {
  readonly messages: InboundMessage[]
  /** Mails that are known not to have arrived. */
  readonly failures: SentMail[]
  /** Who writes in which language. */
  readonly languages: Map<string, string>
}

/** A receiver that knows alice and keeps what is delivered; the DNS holds nothing. */
export function receiver(change: Partial<MailReceiver> = {}): MailReceiver & Delivered {
  const messages: InboundMessage[] = []
  const failures: SentMail[] = []
  const languages = new Map<string, string>()
  const now = () => Date.parse('2026-11-22T13:00:00Z')
  return {
    messages,
    failures,
    languages,
    authentication: { trustedAuthserv: 'mx.kal.example', resolver: noSuchName },
    replies: REPLIES,
    maxCalendarSize: 100_000,
    now,
    principalsByIds: async (ids) => new Map(ids.includes(OWNER) ? [[OWNER, ALICE]] : []),
    principalsByEmails: async (emails) => new Map(emails.includes(ALICE.email) ? [[ALICE.email, ALICE]] : []),
    answersUntil: async () => now() + 1,
    startOf: async () => undefined,
    isKnown: async (_user, email) => email === 'dora@partner.example',
    deliver: async (message) => {
      messages.push(message)
    },
    isWithinLimits: async () => true,
    noteLanguage: async (_user, email, language) => {
      languages.set(email, language)
    },
    sentMail: async () => undefined,
    sentTo: async () => [],
    noteFailure: async (sent) => {
      failures.push(sent)
    },
    ...change,
  }
}

async function noSuchName(): Promise<never> {
  throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
}

/** Where carol's answers to an event of alice's go. */
export function carolsReplyAddress(uid = 'lunch-1'): string {
  return replyAddress({ ownerId: OWNER, uid, attendee: 'carol@gmail.example' }, REPLIES)
}

/** A mail of test/mail/fixtures, with `{{REPLY}}` standing for carol's reply address, about an event of any UID. */
export function fixture(name: string, to = carolsReplyAddress(), uid = 'lunch-1'): Buffer {
  const text = readFileSync(new URL(`./fixtures/${name}.eml`, import.meta.url), 'utf8')
  const fillIn = (part: string) => part.replaceAll('{{REPLY}}', to).replaceAll('UID:lunch-1', `UID:${uid}`)
  const filled = text.replace(/base64\n\n([A-Za-z0-9+/=\n]+)/g, (_, encoded: string) => {
    const decoded = fillIn(Buffer.from(encoded, 'base64').toString('utf8'))
    return `base64\n\n${Buffer.from(decoded).toString('base64').replace(/.{76}/g, '$&\n')}\n`
  })
  return Buffer.from(fillIn(filled).replace(/\r?\n/g, '\r\n'))
}

export function raw(octets: Buffer | string, ...recipients: string[]): RawMail {
  return { octets: Buffer.from(octets), recipients, peer: undefined }
}
