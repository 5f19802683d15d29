import { Random } from './random.ts'

/** A calendar object resource as a client would PUT it. */
export interface SampleObject {
  readonly name: string
  readonly text: string
}

const DAY = 86_400_000
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'UTC'] as const
const RULES = [
  'FREQ=WEEKLY;BYDAY=MO',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH',
  'FREQ=DAILY;COUNT=20',
  'FREQ=MONTHLY;BYDAY=1MO',
  'FREQ=YEARLY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=60',
] as const
const SUBJECTS = ['Stand-up', 'Review', 'Dentist', 'Lunch', 'Planning', 'Call', 'Workshop', 'Flight'] as const
const PLACES = ['Room 1', 'Main hall', 'Video call', 'Café', 'Office'] as const

/** Middle of the two years over which the sample is spread. */
export const CENTRE = Date.UTC(2026, 10, 15)

/**
 * `count` events over two years around CENTRE: 10 % recurring, 10 % all-day, descriptions of up to some
 * hundred characters. The same seed gives the same octets.
 */
export function sampleObjects(count: number, seed = 1): SampleObject[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, index) => sampleObject(random, index, seed))
}

export function sampleObject(random: Random, index: number, seed = 1): SampleObject {
  const uid = `bench-${seed}-${index}`
  const start = new Date(CENTRE + random.integer(-365, 365) * DAY + random.integer(14, 40) * 1_800_000)
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Bench//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T120000Z',
    'CREATED:20261101T120000Z',
    ...times(random, start),
    `SUMMARY:${random.pick(SUBJECTS)} ${index}`,
    `LOCATION:${random.pick(PLACES)}`,
    `DESCRIPTION:${'agenda and notes '.repeat(random.integer(0, 12))}`,
    'SEQUENCE:0',
    'STATUS:CONFIRMED',
    ...(random.next() < 0.1 ? [`RRULE:${random.pick(RULES)}`] : []),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  return { name: `${uid}.ics`, text: lines.flatMap(fold).join('\r\n') }
}

function times(random: Random, start: Date): string[] {
  if (random.next() < 0.1) {
    return [`DTSTART;VALUE=DATE:${day(start)}`, `DTEND;VALUE=DATE:${day(new Date(start.getTime() + DAY))}`]
  }
  const end = new Date(start.getTime() + random.integer(1, 6) * 1_800_000)
  const zone = random.pick(ZONES)
  if (zone === 'UTC') return [`DTSTART:${local(start)}Z`, `DTEND:${local(end)}Z`]
  return [`DTSTART;TZID=${zone}:${local(start)}`, `DTEND;TZID=${zone}:${local(end)}`]
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10).replaceAll('-', '')
}

function local(at: Date): string {
  return `${day(at)}T${at.toISOString().slice(11, 19).replaceAll(':', '')}`
}

function fold(line: string): string[] {
  const parts = [line.slice(0, 74)]
  for (let at = 74; at < line.length; at += 73) parts.push(` ${line.slice(at, at + 73)}`)
  return parts
}
