import type { Component } from '../ical/component.ts'
import { type CalendarObject, calendarObjectOf, readCalendarObject } from '../ical/object.ts'
import { serializeCalendar } from '../ical/text.ts'
import type { SchedulingMessage } from '../scheduling/message.ts'
import { emailOf } from '../scheduling/participants.ts'
import { receive } from '../scheduling/receive.ts'
import { type Answer, type Received, receivedFrom } from '../scheduling/received.ts'
import { seriesOf } from '../scheduling/series.ts'
import { lastStamp } from '../scheduling/stamp.ts'
import type { RecipientRow } from '../store/inbox.ts'
import { insertOutgoing } from '../store/invites.ts'
import type { Transactor } from '../store/store.ts'
import type { CalendarEnv } from './env.ts'
import type { Reach } from './reach.ts'
import { answerRemoved } from './removals.ts'
import { answerForRoom } from './rooms.ts'

/** SCHEDULE-STATUS (RFC 6638 §3.6): the code alone, as its parameter is written. */
export const STATUS = {
  pending: '1.0',
  delivered: '1.2',
  answered: '2.0',
  notAUser: '3.7',
  noCalendar: '5.1',
  noWay: '5.2',
} as const

/** An account a message may come to, with its copy as it becomes during a transaction. */
export interface Party {
  readonly row: RecipientRow
  readonly own: ReadonlySet<string>
  object: CalendarObject | undefined
  isChanged: boolean
  /** Did something change that the holder of a Schedule-Tag must know (RFC 6638 §3.2.10)? */
  isNewVersion: boolean
  /** Answers that came in, when they are the organizer. */
  readonly answers: Answer[]
  /** What their inbox is to show. */
  readonly items: SchedulingMessage[]
}

/** A message that a job delivers. */
export interface Postponed {
  readonly message: SchedulingMessage
  readonly isQuiet: boolean
}

/** A message to people elsewhere. */
interface Mail extends Pick<SchedulingMessage, 'method' | 'sender'> {
  readonly isQuiet: boolean
  readonly recipients: string[]
}

const NOBODY: ReadonlySet<string> = new Set()

/** Hands messages to those who have an account here, in memory; `writeParties` stores what became of them. */
export class Delivery {
  readonly parties = new Map<string, Party>()
  /** What rooms answered at once. */
  readonly replies: SchedulingMessage[] = []
  /** What is to be told by a job. */
  readonly postponed: Postponed[] = []
  readonly isLarge: boolean
  readonly #env: CalendarEnv
  readonly #tx: Transactor
  /** The owner of the calendar written to: messages to people elsewhere are kept with them. */
  readonly #senderId: string
  readonly #later: ReadonlySet<string>
  readonly #groups: ReadonlySet<string>
  readonly #received = new Map<Component, Received | undefined>()
  readonly #fresh = new Map<Component, CalendarObject>()
  readonly #mails = new Map<Component, Mail>()

  constructor(
    env: CalendarEnv,
    tx: Transactor,
    senderId: string,
    rows: readonly RecipientRow[],
    { later = NOBODY, groups = NOBODY, isLarge }: Partial<Reach> & Pick<Reach, 'isLarge'>,
  ) {
    this.#env = env
    this.#tx = tx
    this.#senderId = senderId
    this.#later = later
    this.#groups = groups
    this.isLarge = isLarge
    for (const row of rows) {
      this.parties.set(row.email, {
        row,
        own: new Set([`mailto:${row.email}`]),
        object: row.data === undefined ? undefined : readCalendarObject(row.data),
        isChanged: false,
        isNewVersion: false,
        answers: [],
        items: [],
      })
    }
  }

  partyAt(address: string): Party | undefined {
    const email = emailOf(address)
    return email === undefined ? undefined : this.parties.get(email)
  }

  /** The time of the last message that anybody has from these addresses, epoch ms. */
  lastStampOf(sender: ReadonlySet<string>): number | undefined {
    const stamps = [...this.parties.values()].map(({ object }) =>
      object === undefined ? 0 : (lastStamp(seriesOf(object), sender) ?? 0),
    )
    return Math.max(0, ...stamps) || undefined
  }

  /** Does a room or resource have this address, that may answer at once? */
  isRoom(address: string): boolean {
    const party = this.partyAt(address)
    return party !== undefined && party.row.autoSchedule !== 'none'
  }

  /**
   * @param isQuiet others' answers only: copies are kept true, nobody is shown anything
   * @returns the SCHEDULE-STATUS of the recipient, or undefined where it stays
   */
  async deliver(message: SchedulingMessage, isQuiet = false): Promise<string | undefined> {
    const party = this.partyAt(message.recipient)
    if (party === undefined) return this.#pass(message, isQuiet)
    const received = this.#receivedFrom(message.calendar)
    if (received === undefined) return STATUS.noWay
    const isFresh = party.object === undefined
    if (isFresh && (party.row.targetId === undefined || isQuiet))
      return isQuiet ? undefined : STATUS.noCalendar
    const context = {
      own: party.own,
      sender: message.sender,
      now: this.#env.clock().getTime(),
      acceptsUninvited: this.#env.acceptsUninvited === true,
    }
    const { store, effect, answers } = receive(party.object, received, context)
    if (effect === 'ignored' && isFresh && message.method === 'REPLY') {
      return (await answerRemoved(this.#tx, party.row.userId, received, context))
        ? STATUS.delivered
        : STATUS.noWay
    }
    if (effect === 'ignored') return message.method === 'CANCEL' ? STATUS.delivered : STATUS.noWay
    if (store !== undefined) this.#take(party, store, isFresh ? message.calendar : undefined)
    party.isNewVersion ||= store !== undefined && message.method !== 'REPLY' && !isQuiet
    party.answers.push(...answers)
    if (!isQuiet && store !== undefined && message.method === 'REQUEST') {
      const reply = await answerForRoom(this.#env, this.#tx, party, message.sender)
      if (reply !== undefined) {
        this.replies.push(reply)
        return STATUS.answered
      }
    }
    if (!isQuiet && !message.isPast && effect !== 'outdated') party.items.push(message)
    return STATUS.delivered
  }

  /** To whom nothing is handed here and now. */
  #pass(message: SchedulingMessage, isQuiet: boolean): string | undefined {
    const email = emailOf(message.recipient) ?? ''
    const isLater = this.#later.has(email)
    if (isLater) this.postponed.push({ message, isQuiet })
    if (isQuiet) return undefined
    if (isLater) return STATUS.pending
    return this.#groups.has(email) ? STATUS.delivered : this.#sendElsewhere(message)
  }

  /** A new copy is the same for everybody: it is read once. */
  #take(party: Party, store: Component, source: Component | undefined): void {
    const known = source === undefined ? undefined : this.#fresh.get(source)
    party.object = known ?? calendarObjectOf(store)
    party.isChanged = true
    if (source !== undefined) this.#fresh.set(source, party.object)
  }

  #receivedFrom(calendar: Component): Received | undefined {
    if (!this.#received.has(calendar)) this.#received.set(calendar, receivedFrom(calendar))
    return this.#received.get(calendar)
  }

  /** Queues the messages to people elsewhere. A thousand may be sent the same: it is written once. */
  writeMails(): void {
    const now = this.#env.clock()
    for (const [calendar, { method, sender, isQuiet, recipients }] of this.#mails) {
      const { uid } = this.#receivedFrom(calendar)?.object ?? { uid: '' }
      const ids = recipients.map(() => this.#env.newId())
      const values = [uid, method, sender, recipients, serializeCalendar(calendar), isQuiet, now] as const
      this.#tx.write(insertOutgoing, this.#senderId, ids, ...values)
    }
    this.#mails.clear()
  }

  /** Mail is for addresses; without it there is no way to anybody elsewhere, and nothing is kept. */
  #sendElsewhere({
    method,
    sender,
    recipient,
    calendar,
    weight,
    isPast,
  }: SchedulingMessage): string | undefined {
    if (emailOf(recipient) === undefined) return STATUS.notAUser
    if (this.#env.sendsMail !== true) return STATUS.noWay
    if (isPast) return undefined
    const isQuiet = weight === 'participants' || weight === 'none'
    const mail = this.#mails.get(calendar) ?? { method, sender, isQuiet, recipients: [] }
    mail.recipients.push(recipient)
    this.#mails.set(calendar, mail)
    return STATUS.pending
  }
}
