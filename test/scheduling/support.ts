import { type Component, properties, property } from '../../src/ical/component.ts'
import { type CalendarObject, calendarObjectOf, readCalendarObject } from '../../src/ical/object.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import type { SchedulingMessage } from '../../src/scheduling/message.ts'
import { attendeeAmong } from '../../src/scheduling/participants.ts'
import { receive } from '../../src/scheduling/receive.ts'
import { type Outcome, receivedFrom } from '../../src/scheduling/received.ts'

export const NOW = Date.parse('2026-11-22T12:00:00Z')
export const ALICE = 'mailto:alice@example.test'
export const BOB = 'mailto:bob@example.test'
export const CAROL = 'mailto:carol@example.test'

export const own = (address: string): ReadonlySet<string> => new Set([address])

/** Lines of one VEVENT as its organizer writes it; `lines` replace defaults of the same name. */
export function vevent(...lines: string[]): string[] {
  const given = new Set(lines.map((line) => /^[A-Z-]+/.exec(line)?.[0]))
  const defaults = [
    'UID:meeting',
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261201T090000Z',
    'DTEND:20261201T100000Z',
    'SUMMARY:Planning',
    `ORGANIZER:${ALICE}`,
  ].filter((line) => !given.has(/^[A-Z-]+/.exec(line)?.[0]))
  return ['BEGIN:VEVENT', ...defaults, ...lines, 'END:VEVENT']
}

export function attendee(address: string, params = ''): string {
  return `ATTENDEE${params === '' ? '' : `;${params}`}:${address}`
}

export function event(...components: string[][]): CalendarObject {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...components.flat(),
    'END:VCALENDAR',
    '',
  ]
  return readCalendarObject(lines.join('\r\n'))
}

/** As it would be after having been stored and read again. */
export function reread(calendar: Component): CalendarObject {
  return calendarObjectOf(parseCalendar(serializeCalendar(calendar)))
}

export function deliver(
  stored: CalendarObject | undefined,
  message: SchedulingMessage,
  acceptsUninvited = false,
): Outcome {
  const received = receivedFrom(parseCalendar(serializeCalendar(message.calendar)))
  if (received === undefined) throw new Error('a message has a METHOD')
  const context = { own: own(message.recipient), sender: message.sender, acceptsUninvited, now: NOW }
  return receive(stored, received, context)
}

/** `address METHOD component component`: a component as its RECURRENCE-ID, or "series". */
export function told(messages: readonly SchedulingMessage[]): string[] {
  return messages.map(({ method, recipient, calendar }) => {
    const name = recipient.replace(/^mailto:(.*)@.*$/, '$1')
    return [name, method, ...idsOf(calendar)].join(' ')
  })
}

export function idsOf(calendar: Component): string[] {
  return calendar.components
    .filter(({ name }) => name === 'VEVENT' || name === 'VTODO')
    .map((component) => property(component, 'RECURRENCE-ID')?.value ?? 'series')
}

/** The answer of an attendee in the master, or in the override with that RECURRENCE-ID. */
export function answerOf(object: CalendarObject | Component | undefined, address: string, id?: string) {
  const component = componentOf(object, id)
  return component === undefined ? undefined : attendeeAmong(component, own(address))?.status
}

export function componentOf(
  object: CalendarObject | Component | undefined,
  id?: string,
): Component | undefined {
  if (object === undefined) return undefined
  const calendar = 'calendar' in object ? object.calendar : object
  return calendar.components.find(
    (component) => component.name !== 'VTIMEZONE' && property(component, 'RECURRENCE-ID')?.value === id,
  )
}

export function textOf(object: CalendarObject | Component | undefined, name: string, id?: string) {
  const component = componentOf(object, id)
  return component === undefined ? undefined : property(component, name)?.value
}

export function parameterOf(
  object: CalendarObject | Component | undefined,
  address: string,
  name: string,
  id?: string,
): string | undefined {
  const component = componentOf(object, id)
  const found = component && properties(component, 'ATTENDEE').find(({ value }) => value === address)
  return found?.params.get(name)?.[0]
}
