import type { OutgoingMail } from './outgoing-mail.ts'

/** A mail that is taken out to be sent, and how often that was tried before. */
export interface ClaimedMail {
  readonly mail: OutgoingMail
  /** Attempts that failed. */
  readonly attempts: number
  /** The next server has it: whoever sent it did not come to settle it. */
  readonly isSent: boolean
}

/** How a mail ended. */
export interface MailOutcome {
  readonly isSent: boolean
  /** SCHEDULE-STATUS (RFC 6638 §3.2.9). */
  readonly status: string
}

/**
 * The mails that wait, in the database with the changes that cause them. A claim is a lease: whoever takes a mail has
 * it until then, and if they are gone by then, somebody else may take it.
 */
export interface Outbox {
  /** Takes mails that are due at `now`, oldest first, for nobody else to take before `leaseUntil`. */
  claim(now: Date, leaseUntil: Date, limit: number): Promise<ClaimedMail[]>
  /** The next server has the mail: nobody sends it again, even if it is never settled here. */
  markSent(mail: OutgoingMail): Promise<void>
  /**
   * The mail is gone, or never will be: removes it and puts the status on record at the sender's event.
   */
  settle(mail: OutgoingMail, outcome: MailOutcome): Promise<void>
  /** The mail shall be tried again at `at`. */
  postpone(mail: OutgoingMail, at: Date, reason: string): Promise<void>
  /** Forgets what nobody needs any more. */
  sweep(): Promise<void>
}
