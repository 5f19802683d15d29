import { Resolver } from 'node:dns/promises'
import { Directory } from '../accounts/directory.ts'
import type { CalendarEnv } from '../calendar/env.ts'
import { receiveMessage } from '../calendar/receive-message.ts'
import { findEventEnd, hasThread } from '../store/outgoing.ts'
import { addressOf, domainOf } from './addresses.ts'
import type { AuthenticationPolicy } from './authentication.ts'
import { RateLimit } from './rate-limit.ts'
import type { MailReceiver } from './receive-mail.ts'
import type { ReplyAddresses } from './reply-token.ts'

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
    limits: {
      bySender: new RateLimit(policy.invitationsPerHour, now),
      byRecipient: new RateLimit(policy.invitationsPerHour, now),
    },
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
  }
}

function systemResolver(): AuthenticationPolicy['resolver'] {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 })
  return (name, type) => resolver.resolve(name, type as 'TXT')
}
