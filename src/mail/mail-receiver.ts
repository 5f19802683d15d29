import type { Component } from '../ical/component.ts'
import type { Principal } from '../store/records.ts'
import type { AuthenticationPolicy } from './authentication.ts'
import type { Method } from './itip.ts'
import type { ReplyAddresses } from './reply-token.ts'

/** A message that came by mail, for the use case that all deliveries end in. */
export interface InboundMessage {
  readonly method: Method
  readonly uid: string
  /** Normalised calendar user address of who sends it; proven, except for `inbox`. */
  readonly sender: string
  readonly recipient: Principal
  readonly calendar: Component
  /** inbox: it is shown to the recipient and touches no calendar. */
  readonly placement: 'calendar' | 'inbox'
}

/** What receiving mail needs from the rest of the server. */
export interface MailReceiver {
  readonly authentication: AuthenticationPolicy
  readonly replies: ReplyAddresses | undefined
  readonly maxCalendarSize: number
  /** Present, in epoch ms. */
  now(): number
  principalsByIds(ids: readonly string[]): Promise<Map<string, Principal>>
  principalsByEmails(emails: readonly string[]): Promise<Map<string, Principal>>
  /** Until when (epoch ms) answers about that event count; undefined when there is no such event. */
  answersUntil(ownerId: string, uid: string): Promise<number | undefined>
  /** When the user's event with that UID begins (epoch ms); undefined when there is none. */
  startOf(ownerId: string, uid: string): Promise<number | undefined>
  /** Has the user to do with that address: a colleague's, one they wrote to, that of an event they hold? */
  isKnown(user: Principal, email: string, uid: string): Promise<boolean>
  deliver(message: InboundMessage): Promise<void>
  /**
   * Counts a message to the user, unless that is too many in this hour.
   * @param sender e-mail address; undefined: nothing proves who sent it
   */
  isWithinLimits(sender: string | undefined, user: Principal): Promise<boolean>
  /** Remembers which language somebody writes the user in. */
  noteLanguage(user: Principal, email: string, language: string): Promise<void>
  /** The mail with that UUID; undefined when a later one about the same event took its place. */
  sentMail(messageId: string): Promise<SentMail | 'under way' | undefined>
  /** What that user last sent to any of these addresses, one entry for each event. */
  sentTo(ownerId: string, emails: readonly string[]): Promise<SentMail[]>
  /** Puts on record that a mail never arrived. */
  noteFailure(sent: SentMail): Promise<void>
}

/** A mail that left this server. */
export interface SentMail {
  /** UUID of who sent it. */
  readonly ownerId: string
  readonly uid: string
  /** E-mail address of the recipient. */
  readonly recipient: string
}

/**
 * What became of a mail for one recipient. later: not now, and the transport shall hand it over again. ignored:
 * never, whatever is tried.
 */
export interface Reception {
  readonly recipient: string
  readonly result: 'delivered' | 'inbox' | 'ignored' | 'later' | 'unknown'
  /** A sentence for logs and operators. */
  readonly reason: string
}
