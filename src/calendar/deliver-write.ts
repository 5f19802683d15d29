import type { CalendarObject } from '../ical/object.ts'
import { serializeCalendar } from '../ical/text.ts'
import type { SchedulingMessage } from '../scheduling/message.ts'
import { roleIn } from '../scheduling/role.ts'
import type { EventContent, EventIndex } from '../store/event-writes.ts'
import type { Transactor } from '../store/store.ts'
import type { Party } from './deliver.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import { writeInvites, writeProposal } from './invites.ts'
import { contentOf, etagOfText } from './object-content.ts'
import { type StoringPlace, storeAt } from './write-object.ts'

/** Remembers texts of objects that several people have. */
export class Texts {
  readonly #byCalendar = new Map<unknown, { text: string; size: number }>()

  of({ calendar }: Pick<CalendarObject, 'calendar'>): { text: string; size: number } {
    const known = this.#byCalendar.get(calendar)
    if (known !== undefined) return known
    const text = serializeCalendar(calendar)
    const made = { text, size: Buffer.byteLength(text) }
    this.#byCalendar.set(calendar, made)
    return made
  }
}

/** Queues what became of a party's copy, and what their inbox shows. */
export function writeParty(env: CalendarEnv, tx: Transactor, texts: Texts, party: Party): void {
  const { row, object, answers } = party
  if (party.isChanged && object !== undefined && row.targetId !== undefined) {
    const zone = { timezone: row.targetTimezone, timezoneId: row.targetTimezoneId }
    const content = contentOf(env, { ...texts.of(object), object }, floatingZoneOf(zone))
    const scheduleTag = party.isNewVersion ? env.newId() : (row.scheduleTag ?? env.newId())
    const { eventId } = storeAt(env, tx, row, copyPlace(env, party), { ...content, scheduleTag })
    if (roleIn(object, party.own) === 'organizer') {
      writeInvites(tx, row.userId, eventId, object, party.own, env.clock())
    }
  }
  for (const { proposed, ...answer } of answers) {
    if (proposed === undefined || row.eventId === undefined) continue
    writeProposal(tx, row.userId, row.eventId, { ...answer, proposed })
  }
  writeItems(env, tx, texts, party)
}

function copyPlace(env: CalendarEnv, { row }: Party): StoringPlace {
  const { userId, targetId, targetRevision, eventId, eventName, size, isRecurring, createdAt } = row
  return {
    calendar: { owner: { userId }, calendarId: targetId as string, revision: targetRevision as bigint },
    ref: { name: eventName ?? `${env.newId()}.ics` },
    existing:
      eventId === undefined
        ? undefined
        : {
            eventId,
            size: size as number,
            isRecurring: isRecurring as boolean,
            createdAt: createdAt as Date,
          },
  }
}

/** One item for each message (RFC 6638 §4.1). */
function writeItems(env: CalendarEnv, tx: Transactor, texts: Texts, { row, items, object }: Party): void {
  const { userId, inboxId, inboxRevision } = row
  if (inboxId === undefined || inboxRevision === undefined) return
  for (const [index, item] of items.entries()) {
    const calendar = { owner: { userId }, calendarId: inboxId, revision: inboxRevision + BigInt(index) }
    const name = `${env.newId()}.ics`
    const content = itemContent(name, item, object?.component ?? 'VEVENT', texts)
    storeAt(env, tx, row, { calendar, ref: { name }, existing: undefined }, content)
  }
}

/** A message is not what queries look for by time; it is known by its own name, as one UID may have several. */
function itemContent(
  name: string,
  { calendar }: SchedulingMessage,
  component: string,
  texts: Texts,
): EventContent {
  const { text, size } = texts.of({ calendar })
  return {
    uid: name,
    component,
    data: text,
    size,
    etag: etagOfText(text),
    scheduleTag: undefined,
    index: NOWHERE,
  }
}

const NOWHERE: EventIndex = {
  title: undefined,
  description: undefined,
  location: undefined,
  start: undefined,
  end: undefined,
  isAllDay: false,
  isFloating: false,
  isRecurring: false,
  isExact: false,
  recurrenceRule: undefined,
  busy: 'FREE',
  indexedFrom: undefined,
  indexedUntil: undefined,
  instances: [],
}
