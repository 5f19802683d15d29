import { expect } from 'chai'
import type { CalendarEnv } from '../../src/calendar/env.ts'
import { runJob } from '../../src/calendar/scheduling-jobs.ts'
import type { Store } from '../../src/store/store.ts'
import { calendarEnv } from './calendars.ts'
import type { DavClient } from './dav-client.ts'

/** What tests of invitations over HTTP share: texts, and looking at what people have in their calendars. */

export const mail = (name: string) => `mailto:${name}@example.test`

export interface MeetingFields {
  readonly uid: string
  /** Usernames of the attendees beside the organizer; or content lines. */
  readonly who?: readonly string[]
  /** More content lines of the component. */
  readonly lines?: readonly string[]
  /** `YYYYMMDDT09MMSSZ`; the meeting is an hour long. */
  readonly start?: string
  /** Lines of more components. */
  readonly more?: readonly string[]
  readonly organizer?: string
  readonly summary?: string
  readonly component?: 'VEVENT' | 'VTODO'
}

/** The text of a meeting as its organizer writes it. */
export function meeting(fields: MeetingFields): string {
  const { more = [] } = fields
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN']
  return [...head, ...component(fields), ...more, 'END:VCALENDAR', ''].join('\r\n')
}

/** The lines of one component of it. */
export function component({
  uid,
  who = ['bob'],
  lines = [],
  start = '20301201T090000Z',
  organizer = 'alice',
  summary = 'Planning',
  component: name = 'VEVENT',
}: MeetingFields): string[] {
  const isTask = name === 'VTODO'
  return [
    `BEGIN:${name}`,
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART:${start}`,
    `${isTask ? 'DUE' : 'DTEND'}:${start.replace('T09', 'T10')}`,
    `SUMMARY:${summary}`,
    ...lines,
    `ORGANIZER:${mail(organizer)}`,
    `ATTENDEE;PARTSTAT=ACCEPTED:${mail(organizer)}`,
    ...who.map((one) => (one.startsWith('ATTENDEE') ? one : `ATTENDEE:${mail(one)}`)),
    `END:${name}`,
  ]
}

export function hrefOf(owner: string, name: string, calendar = 'calendar'): string {
  return `/dav/calendars/${owner}/${calendar}/${name}`
}

export function unfold(text: string): string {
  return text.replace(/\r\n[ \t]/g, '')
}

/** Everything in a collection: href to unfolded text. */
export async function contents(client: DavClient, path: string): Promise<Map<string, string>> {
  const listed = await client.send('PROPFIND', path, { depth: '1' })
  expect(listed.status, listed.text).to.equal(207)
  const found = new Map<string, string>()
  for (const [, name] of listed.text.matchAll(/<(?:\w+:)?href>([^<]+\.ics)<\/(?:\w+:)?href>/g)) {
    const got = await client.send('GET', name as string)
    if (got.status === 200) found.set(name as string, unfold(got.text))
  }
  return found
}

/** The messages about an event in somebody's inbox, oldest first as far as DTSTAMP tells. */
export async function messagesOf(client: DavClient, uid: string): Promise<string[]> {
  const all = [...(await contents(client, `${client.home}inbox/`)).values()]
  const stamp = (text: string) => /DTSTAMP:(\w+)/.exec(text)?.[1] ?? ''
  return all
    .filter((text) => text.includes(`UID:${uid}\r\n`))
    .sort((one, other) => (stamp(one) < stamp(other) ? -1 : 1))
}

/** The METHOD of each. */
export async function methodsOf(client: DavClient, uid: string): Promise<string[]> {
  return (await messagesOf(client, uid)).map((text) => /METHOD:(\w+)/.exec(text)?.[1] ?? '')
}

/** Href and text of somebody's copy, wherever in their calendars it is. */
export async function findCopy(
  client: DavClient,
  uid: string,
  calendar = 'calendar',
): Promise<[string, string] | undefined> {
  const all = await contents(client, `${client.home}${calendar}/`)
  return [...all].find(([, text]) => text.includes(`UID:${uid}\r\n`))
}

/** The same; fails the test where there is none. */
export async function copyOf(client: DavClient, uid: string, calendar?: string): Promise<[string, string]> {
  const found = await findCopy(client, uid, calendar)
  if (found === undefined) throw new Error(`${client.username} has no copy of ${uid}`)
  return found
}

/** A text with somebody's answer in every component, or in the one whose lines match. */
export function answered(text: string, name: string, status: string): string {
  const line = new RegExp(`ATTENDEE[^\\r]*:mailto:${name}@`, 'g')
  return unfold(text).replace(line, `ATTENDEE;PARTSTAT=${status}:mailto:${name}@`)
}

/** The PARTSTATs of somebody in a text, component by component. */
export function statusesIn(text: string, name: string): string[] {
  const lines = unfold(text).matchAll(new RegExp(`ATTENDEE([^\\r]*):mailto:${name}@`, 'g'))
  return [...lines].map(([, params]) => /PARTSTAT=([A-Z-]+)/.exec(params as string)?.[1] ?? 'NEEDS-ACTION')
}

/** The value of a parameter of somebody's ATTENDEE line, the first. */
export function parameterIn(text: string, name: string, parameter: string): string | undefined {
  const line = new RegExp(`ATTENDEE([^\\r]*):mailto:${name}@`).exec(unfold(text))?.[1] ?? ''
  return new RegExp(`;${parameter}="?([^;":]+)`).exec(line)?.[1]
}

/** Does every job that is due by the clock of `env`. @returns how many there were */
export async function runJobs(env: CalendarEnv): Promise<number> {
  for (let count = 0; ; count += 1) {
    const outcome = await runJob(env)
    if (outcome.kind === 'none') return count
    if (outcome.kind === 'failed') throw outcome.error
  }
}

/** The same for a server that runs, as if `seconds` from now; five are more than a removal waits. */
export function runJobsAfter(store: Store, seconds = 5): Promise<number> {
  const clock = () => new Date(Date.now() + seconds * 1000)
  return runJobs({ ...calendarEnv(store), clock })
}
