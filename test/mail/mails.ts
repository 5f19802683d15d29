import { randomUUID } from 'node:crypto'
import type { FromPolicy } from '../../src/mail/from-policy.ts'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'

/** What the tests of mail share. */

export const OWNER = '5b0f7f34-52a7-4d38-9a3e-3a5d5cf4e1aa'

export const REPLIES = { domain: 'kal.example', secret: 'a secret of sixteen octets or more' }

export const POLICY: FromPolicy = {
  from: { name: 'Kalends', address: 'calendar@kal.example' },
  domains: ['example.com'],
  replies: REPLIES,
}

/** An invitation of alice to carol. */
export function invitation(...lines: string[]): string {
  return message('REQUEST', [
    'UID:lunch-1',
    'DTSTAMP:20261101T000000Z',
    'DTSTART;TZID=Europe/Berlin:20261201T120000',
    'DTEND;TZID=Europe/Berlin:20261201T130000',
    'SUMMARY:Lunch',
    'ORGANIZER;CN=Alice:mailto:alice@example.com',
    'ATTENDEE;CN=Alice;PARTSTAT=ACCEPTED:mailto:alice@example.com',
    'ATTENDEE;CN=Carol;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:carol@gmail.example',
    ...lines,
  ])
}

export function message(method: string, ...components: (readonly string[])[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//test//EN',
    `METHOD:${method}`,
    ...components.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

export function outgoing(calendar: string, fields: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    id: randomUUID(),
    ownerId: OWNER,
    uid: 'lunch-1',
    method: 'REQUEST',
    sender: 'mailto:alice@example.com',
    recipient: 'mailto:carol@gmail.example',
    calendar,
    previous: undefined,
    senderName: 'Alice',
    locale: 'en',
    timezone: 'Europe/Berlin',
    accountLocale: undefined,
    writtenLanguage: undefined,
    createdAt: new Date('2026-11-22T12:00:00Z'),
    ...fields,
  }
}
