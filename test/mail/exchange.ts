import { simpleParser } from 'mailparser'
import { deleteObject } from '../../src/calendar/delete-object.ts'
import type { CalendarEnv } from '../../src/calendar/env.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { getObject } from '../../src/calendar/objects.ts'
import { parameter } from '../../src/ical/component.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import { databaseOutbox, type OutboxPolicy } from '../../src/mail/database-outbox.ts'
import { databaseReceiver } from '../../src/mail/database-receiver.ts'
import type { HoldLinks } from '../../src/mail/hold-notice.ts'
import type { MailReceiver } from '../../src/mail/mail-receiver.ts'
import type { Outbox } from '../../src/mail/outbox.ts'
import { sendMails } from '../../src/mail/send-mails.ts'
import { sendNotices } from '../../src/mail/send-notices.ts'
import { createSmtp, type MailTransport } from '../../src/mail/smtp.ts'
import { statement } from '../../src/store/statement.ts'
import type { Store } from '../../src/store/store.ts'
import { at, calendarEnv, makeCalendar, put, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { runJobs } from '../support/invitations.ts'
import { seedUser } from '../support/tree.ts'
import { POLICY, REPLIES } from './mails.ts'
import { type SmtpPeer, startPeer } from './smtp-peer.ts'

export const PLENTY: OutboxPolicy = { mostCancels: 50, sendsPerHour: 1000, invitationsPerHour: 1000 }

const FORGET = ['mail_counts', 'mail_threads'].map((table) =>
  statement(`test.mail-forget-${table}`, `delete from ${table}`),
)
const NO_DNS = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
const DAY_S = 86_400

/** Everything between a calendar here and mailboxes elsewhere, with a mail server that is none of ours. */
export class Exchange {
  readonly store: Store
  /** Without mail. */
  readonly base: TestEnv
  readonly env: CalendarEnv
  readonly alice: Actor
  readonly bob: Actor
  readonly calendar: Calendar
  readonly peer: SmtpPeer
  readonly receiver: MailReceiver
  readonly #transport: MailTransport

  constructor(parts: Pick<Exchange, 'store' | 'base' | 'env' | 'alice' | 'bob' | 'calendar' | 'peer'>) {
    this.store = parts.store
    this.base = parts.base
    this.env = parts.env
    this.alice = parts.alice
    this.bob = parts.bob
    this.calendar = parts.calendar
    this.peer = parts.peer
    this.receiver = this.anotherReceiver()
    this.#transport = createSmtp({ url: parts.peer.url, connections: 2 })
  }

  /** What mail comes in through, as each process has its own. */
  anotherReceiver(invitationsPerHour = 100): MailReceiver {
    return databaseReceiver(this.env, {
      replies: REPLIES,
      domains: [],
      trustedAuthserv: 'mx.kal.example',
      invitationsPerHour,
      answerDays: 90,
      resolver: NO_DNS,
    })
  }

  /** Sends what is due once. @returns how many mails were taken out to be sent */
  send(
    policy: Partial<OutboxPolicy> = {},
    outbox: Outbox = databaseOutbox(this.env, { ...PLENTY, ...policy }),
  ): Promise<number> {
    return sendMails({ outbox, transport: this.#transport, policy: POLICY, clock: this.env.clock }, 100)
  }

  /** Tells users whose mails are held, once. */
  tell(links?: HoldLinks): Promise<void> {
    const { store, env } = this
    const { clock } = env
    return sendNotices({ store, transport: this.#transport, policy: POLICY, links, clock })
  }

  /** Lets seconds pass, and what scheduling was to do by then be done. */
  async pass(seconds: number): Promise<void> {
    this.base.advance(seconds / DAY_S)
    await runJobs(this.env)
  }

  put(name: string, text: string, env: CalendarEnv = this.env) {
    return put(env, this.alice, this.calendar, name, text)
  }

  /** Removes an object, until those it concerns are told. */
  async remove(name: string): Promise<void> {
    await deleteObject(this.env, this.alice, at(this.calendar, name), {})
    await this.pass(5)
  }

  /** A meeting of alice's, to which carol is invited elsewhere. */
  event(uid: string, ...more: string[]): string {
    return textOf({
      uid,
      summary: 'Lunch',
      more: [
        `ORGANIZER:mailto:${this.alice.email}`,
        `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${this.alice.email}`,
        'ATTENDEE;CN=Carol:mailto:carol@gmail.example',
        ...more,
      ],
    })
  }

  /** Carol, or another, as the organizer's event has them. */
  async attendeeIn(name: string, email = 'carol@gmail.example') {
    const { object } = await getObject(this.env, this.alice, at(this.calendar, name), { data: true })
    const { master } = readCalendarObject(object.data ?? '')
    const found = master?.properties.find(({ value }) => value === `mailto:${email}`)
    if (found === undefined) throw new Error(`${email} is not invited`)
    return {
      partstat: parameter(found, 'PARTSTAT'),
      status: parameter(found, 'SCHEDULE-STATUS'),
      scheduleTag: object.scheduleTag,
      etag: object.etag,
    }
  }

  /** The address answers to a mail go to. */
  async replyAddress(index = -1): Promise<string> {
    const { replyTo } = await simpleParser(this.peer.mails.at(index)?.text ?? '')
    return replyTo?.value[0]?.address ?? ''
  }

  async end(): Promise<void> {
    // Nothing waits from one test to the next.
    this.peer.refuseWith = 550
    await this.pass(30 * DAY_S)
    while ((await this.send()) > 0) {}
    // Each test begins at the same time again.
    await this.store.transact(async (tx) => {
      for (const each of FORGET) tx.write(each)
    })
    this.#transport.close()
    await this.peer.close()
  }
}

/** An exchange for each test of the surrounding `describe`; call the result inside tests. */
export function useExchange(): () => Exchange {
  const store = useStore()
  let people: { alice: Actor; bob: Actor }
  let exchange: Exchange
  let count = 0
  before(async () => {
    people = { alice: await seedUser(store(), 'alice'), bob: await seedUser(store(), 'bob') }
    await makeCalendar(calendarEnv(store()), people.bob, 'calendar')
  })
  beforeEach(async () => {
    const base = calendarEnv(store())
    const env = { ...base, clock: () => base.clock(), sendsMail: true }
    count += 1
    const calendar = await makeCalendar(env, people.alice, `mail${count}`)
    exchange = new Exchange({ store: store(), base, env, ...people, calendar, peer: await startPeer() })
  })
  afterEach(() => exchange.end())
  return () => exchange
}
