import { expect } from 'chai'
import type { DavClient } from './dav-client.ts'

/** What tests of invitations over HTTP share: what organizers write, and what is found in people's calendars. */

export const mail = (name: string) => `mailto:${name}@example.test`

/** Where an account keeps an object of that name. */
export const hrefOf = (owner: string, name: string) => `/dav/calendars/${owner}/calendar/${name}.ics`

export interface MeetingFields {
  readonly uid: string
  readonly organizer?: string
  /** Names of accounts, or whole ATTENDEE lines. */
  readonly who?: readonly string[]
  readonly lines?: readonly string[]
  /** UTC, `20301201T090000Z` unless told; it lasts an hour. */
  readonly start?: string
  /** Whole components beside the master. */
  readonly more?: readonly string[]
}

/** A meeting as its organizer writes it. */
export function meeting({ uid, lines = [], more = [], ...fields }: MeetingFields): string {
  const master = [`UID:${uid}`, ...lines, ...timesAndPeople(fields)]
  return calendarOf(['BEGIN:VEVENT', ...master, 'END:VEVENT'], more)
}

/** One instance of a meeting as its organizer writes it. */
export function instance(recurrenceId: string, { uid, lines = [], ...fields }: MeetingFields): string[] {
  const own = [`UID:${uid}`, `RECURRENCE-ID:${recurrenceId}`, ...lines]
  return ['BEGIN:VEVENT', ...own, ...timesAndPeople({ start: recurrenceId, ...fields }), 'END:VEVENT']
}

function timesAndPeople({
  organizer = 'alice',
  who = ['bob'],
  start = '20301201T090000Z',
}: Omit<MeetingFields, 'uid'>): string[] {
  return [
    'DTSTAMP:20261101T000000Z',
    `DTSTART:${start}`,
    'DURATION:PT1H',
    'SUMMARY:Planning',
    `ORGANIZER:${mail(organizer)}`,
    `ATTENDEE;PARTSTAT=ACCEPTED:${mail(organizer)}`,
    ...who.map((name) => (name.startsWith('ATTENDEE') ? name : `ATTENDEE:${mail(name)}`)),
  ]
}

/** Components as one VCALENDAR. */
export function calendarOf(...components: readonly (readonly string[])[]): string {
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...components.flat()]
  return [...lines, 'END:VCALENDAR', ''].join('\r\n')
}

export function unfold(text: string): string {
  return text.replace(/\r\n[ \t]/g, '')
}

/** Everything in a collection: href to text, unfolded. */
export async function contents(client: DavClient, path: string): Promise<Map<string, string>> {
  const listed = await client.send('PROPFIND', path, { depth: '1' })
  expect(listed.status, listed.text).to.equal(207)
  const found = new Map<string, string>()
  for (const [, name = ''] of listed.text.matchAll(/<(?:\w+:)?href>([^<]+\.ics)<\/(?:\w+:)?href>/g)) {
    const got = await client.send('GET', name)
    if (got.status === 200) found.set(name, unfold(got.text))
  }
  return found
}

/** Someone's copy of a meeting: its href and text, unfolded. */
export async function copyOf(
  client: DavClient,
  owner: string,
  uid: string,
  collection = 'calendar',
): Promise<{ href: string; text: string } | undefined> {
  const all = await contents(client, `/dav/calendars/${owner}/${collection}/`)
  const [href, text] = [...all].find(([, each]) => each.includes(`UID:${uid}\r\n`)) ?? []
  return href === undefined || text === undefined ? undefined : { href, text }
}

/** The methods of the messages about a meeting in someone's inbox. */
export async function messagesTo(client: DavClient, owner: string, uid: string): Promise<string[]> {
  const all = await contents(client, `/dav/calendars/${owner}/inbox/`)
  return [...all.values()]
    .filter((text) => text.includes(`UID:${uid}\r\n`))
    .map((text) => /^METHOD:(.*)\r$/m.exec(text)?.[1] ?? '')
    .sort()
}

/** The text with somebody's PARTSTAT changed in every component. */
export function answering(text: string, name: string, status: string): string {
  return text.replace(
    new RegExp(`ATTENDEE[^\\r]*:${mail(name)}`, 'g'),
    `ATTENDEE;PARTSTAT=${status}:${mail(name)}`,
  )
}
