import { simpleParser } from 'mailparser'
import { statement } from '../../src/store/statement.ts'
import type { Store } from '../../src/store/store.ts'
import type { Account } from '../server.ts'
import { unfold } from './dav.ts'

const EXPIRE = statement('proof.expire-leases', 'update outgoing_messages set send_after = now()')
const WAITING = statement<{ found: boolean }>(
  'proof.waiting-mails',
  'select exists (select 1 from outgoing_messages) or exists (select 1 from scheduling_jobs) as found',
)
const HELD = statement<{ username: string; kind: string; data: string }>(
  'proof.held-objects',
  `select u.username, c.kind, e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.user_id = e.user_id and c.calendar_id = e.calendar_id`,
)

/** What meetings have led to, for those who are invited. */
export interface Effects {
  /** Guests' copies. */
  copiesOf(uid: string): readonly string[]
  inboxItemsOf(uid: string): number
  /** What the mails said, in the order they first came: names, and `gone`. */
  mailedOf(uid: string): readonly string[]
  /** SCHEDULE-STATUS of everybody elsewhere in the organizer's copy. */
  statusesOf(uid: string): readonly string[]
  readonly mails: number
  /** Mails whose Message-ID had come before. */
  readonly repeated: number
}

/** The dead hold their mails for minutes; here nobody waits for that. */
export function expireLeases(store: Store): Promise<unknown> {
  return store.transact((tx) => tx.change(EXPIRE))
}

export async function isAllSent(store: Store): Promise<boolean> {
  return (await store.reader.row(WAITING))?.found === false
}

export async function effectsOf(
  store: Store,
  guests: readonly Account[],
  mails: readonly { readonly text: string }[],
): Promise<Effects> {
  const names = new Set(guests.map(({ username }) => username))
  const held = await store.reader.rows(HELD)
  const ofUid = new Map<string, typeof held>()
  for (const row of held) {
    const uid = uidOf(row.data)
    ofUid.set(uid, [...(ofUid.get(uid) ?? []), row])
  }
  const { told, repeated } = await readMails(mails)
  const at = (uid: string, kind: string, isGuest: boolean) =>
    (ofUid.get(uid) ?? []).filter((row) => row.kind === kind && names.has(row.username) === isGuest)
  return {
    copiesOf: (uid) => at(uid, 'calendar', true).map(({ data }) => unfold(data)),
    inboxItemsOf: (uid) => at(uid, 'inbox', true).length,
    mailedOf: (uid) => told.get(uid) ?? [],
    statusesOf: (uid) => at(uid, 'calendar', false).flatMap(({ data }) => outsideStatuses(unfold(data))),
    mails: mails.length,
    repeated,
  }
}

async function readMails(mails: readonly { readonly text: string }[]) {
  const seen = new Set<string | undefined>()
  const told = new Map<string, string[]>()
  for (const { text } of mails) {
    const { messageId, attachments } = await simpleParser(text)
    if (seen.has(messageId)) continue
    seen.add(messageId)
    const found = attachments.find(
      ({ contentType }) => contentType === 'text/calendar' || contentType === 'application/ics',
    )
    const calendar = unfold(found?.content.toString('utf8') ?? '')
    const uid = uidOf(calendar)
    const said = calendar.includes('METHOD:CANCEL') ? 'gone' : (/^SUMMARY:(.*)\r$/m.exec(calendar)?.[1] ?? '')
    told.set(uid, [...(told.get(uid) ?? []), said])
  }
  return { told, repeated: mails.length - seen.size }
}

function uidOf(text: string): string {
  return /^UID:(.*)\r$/m.exec(unfold(text))?.[1] ?? ''
}

function outsideStatuses(text: string): string[] {
  return text
    .split('\r\n')
    .filter((line) => line.startsWith('ATTENDEE') && line.endsWith('@elsewhere.example'))
    .map((line) => /SCHEDULE-STATUS="?([\d.]+)/.exec(line)?.[1] ?? 'none')
}
