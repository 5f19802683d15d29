import type { Account } from '../server.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** One request of an account. @throws TypeError when the server is gone before it answered */
export async function dav(
  rootUrl: string,
  { username, password }: Account,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const credentials = Buffer.from(`${username}:${password}`).toString('base64')
  const type = body?.startsWith('BEGIN:') ? 'text/calendar; charset=utf-8' : 'application/xml; charset=utf-8'
  const response = await fetch(new URL(path, rootUrl), {
    method,
    headers: {
      Authorization: `Basic ${credentials}`,
      ...(body === undefined ? {} : { 'Content-Type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

/** Where the account's object of that UID is kept by whoever made it. */
export function objectPath({ username }: Account, uid: string): string {
  return `/dav/calendars/${username}/calendar/${uid}.ics`
}

/** What to write into an event. Times are milliseconds since 1970. */
export interface EventParts {
  readonly uid: string
  readonly start: number
  readonly end: number
  readonly summary?: string
  readonly sequence?: number
  readonly organizer: Account
  /** Addresses, without `mailto:`. */
  readonly attendees: readonly string[]
  readonly rule?: string
}

/** A calendar object with one event in UTC. */
export function eventText({ uid, start, end, organizer, attendees, ...more }: EventParts): string {
  const { summary = 'Meeting', sequence = 0, rule } = more
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Interop//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utc(Date.now())}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(end)}`,
    `SEQUENCE:${sequence}`,
    `SUMMARY:${summary}`,
    ...(rule === undefined ? [] : [`RRULE:${rule}`]),
    `ORGANIZER:mailto:${organizer.email}`,
    `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${organizer.email}`,
    ...attendees.map((address) => `ATTENDEE;RSVP=TRUE:mailto:${address}`),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

/** A time in the form `20270104T080000Z`. */
export function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** The lines of a text with folding undone. */
export function unfold(text: string): string {
  return text.replace(/\r\n[ \t]/g, '')
}
