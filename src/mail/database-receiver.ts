import { Resolver } from 'node:dns/promises'
import { Directory } from '../accounts/directory.ts'
import type { CalendarEnv } from '../calendar/env.ts'
import { receiveMessage } from '../calendar/receive-message.ts'
import { recordDelivery } from '../calendar/record-delivery.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { noteLanguage } from '../store/mail-counts.ts'
import {
  findEventEnd,
  findEventStart,
  findThreadByMessage,
  findThreadsWith,
  forgetThread,
  hasThread,
  isOutgoing,
  type ThreadRow,
} from '../store/outgoing.ts'
import { addressOf, domainOf, emailOf } from './addresses.ts'
import type { AuthenticationPolicy } from './authentication.ts'
import { type HourlyLimit, takeFromHour } from './hourly-limits.ts'
import type { MailReceiver, SentMail } from './mail-receiver.ts'
import type { ReplyAddresses } from './reply-token.ts'
import { STATUS } from './send-mails.ts'

/** What the operator decides about mail that comes in. */
export interface ReceivingPolicy {
  readonly replies: ReplyAddresses | undefined
  /** Domains whose users are colleagues of everybody here. */
  readonly domains: readonly string[]
  readonly trustedAuthserv: string | undefined
  /** Invitations an hour from one sender, and for one recipient. */
  readonly invitationsPerHour: number
  /** Days after its end that answers to an event count. */
  readonly answerDays: number
  /** Looks names up; default: the DNS of this machine. */
  readonly resolver?: AuthenticationPolicy['resolver']
}

const DAY_MS = 86_400_000
const DNS_TIMEOUT_MS = 5000

/** A receiver on the database and the use cases of calendars. */
export function databaseReceiver(env: CalendarEnv, policy: ReceivingPolicy): MailReceiver {
  const { reader } = env.store
  const directory = new Directory(reader)
  const now = () => env.clock().getTime()
  return {
    authentication: {
      trustedAuthserv: policy.trustedAuthserv,
      resolver: policy.resolver ?? systemResolver(),
    },
    replies: policy.replies,
    maxCalendarSize: env.limits.maxResourceSize,
    now,
    principalsByIds: (ids) => directory.principalsByIds(ids),
    principalsByEmails: (emails) => directory.principalsByEmails(emails),
    async answersUntil(ownerId, uid) {
      const found = await reader.row(findEventEnd, ownerId, uid)
      if (found === undefined) return undefined
      return found.end === undefined
        ? Number.POSITIVE_INFINITY
        : found.end.getTime() + policy.answerDays * DAY_MS
    },
    async startOf(ownerId, uid) {
      return (await reader.row(findEventStart, ownerId, uid))?.start?.getTime()
    },
    async isKnown({ userId, email: own }, email, uid) {
      const domain = domainOf(email)
      if (policy.domains.includes(domain) && domain === domainOf(own)) return true
      const [threads, events] = await reader.all([
        { statement: hasThread, values: [userId, addressOf(email)] },
        { statement: findEventEnd, values: [userId, uid] },
      ])
      return threads.rows[0]?.found === true || events.rows.length > 0
    },
    deliver: ({ method, sender, recipient, calendar, placement }) =>
      receiveMessage(env, { method, sender, recipient: recipient.email, calendar, placement }),
    async isWithinLimits(sender, { userId }) {
      const limits = invitationLimits(sender, userId, policy.invitationsPerHour)
      return (await takeFromHour(env.store, limits, env.clock())) === undefined
    },
    noteLanguage: ({ userId }, email, language) =>
      env.store.transact(async (tx) =>
        tx.write(noteLanguage, userId, addressOf(email), language, env.clock()),
      ),
    async sentMail(messageId) {
      const [threads, waiting] = await reader.all([
        { statement: findThreadByMessage, values: [messageId] },
        { statement: isOutgoing, values: [messageId] },
      ])
      const [thread] = threads.rows
      if (thread !== undefined) return sentMailOf(thread)
      return waiting.rows[0]?.found === true ? 'under way' : undefined
    },
    async sentTo(ownerId, emails) {
      return (await reader.rows(findThreadsWith, ownerId, emails.map(addressOf))).map(sentMailOf)
    },
    noteFailure: (sent) => noteFailure(env, sent),
  }
}

function invitationLimits(sender: string | undefined, userId: string, most: number): HourlyLimit[] {
  if (sender === undefined) return [{ key: `unproven to ${userId}`, most }]
  return [
    { key: `from ${sender}`, most },
    { key: `to ${userId}`, most },
  ]
}

function sentMailOf({ userId, uid, recipient }: ThreadRow): SentMail {
  return { ownerId: userId, uid, recipient: emailOf(recipient) ?? recipient }
}

/** What cannot go on record at the event is forgotten at least: the report would come again for ever. */
async function noteFailure(env: CalendarEnv, { ownerId, uid, recipient: email }: SentMail): Promise<void> {
  const recipient = addressOf(email)
  const delivery = { userId: ownerId, uid, recipient, status: STATUS.failed }
  const { store } = env
  try {
    await store.transact(async (tx) => {
      tx.write(forgetThread, ownerId, recipient, uid)
      await recordDelivery(env, tx, delivery)
    })
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error
    await store.transact(async (tx) => tx.write(forgetThread, ownerId, recipient, uid))
  }
}

function systemResolver(): AuthenticationPolicy['resolver'] {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 })
  return (name, type) => resolver.resolve(name, type as 'TXT')
}
