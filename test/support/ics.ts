/** Calendar objects for tests. */

interface Fields {
  readonly uid: string
  readonly summary?: string
  /** As written after the name: `:20260105T090000Z` or `;TZID=Europe/Berlin:20260105T090000`. */
  readonly start?: string
  readonly end?: string
  /** Further content lines. */
  readonly lines?: readonly string[]
}

export function calendar(...components: readonly string[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Test//EN',
    ...components,
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

export function component(name: string, lines: readonly string[]): string {
  return [`BEGIN:${name}`, ...lines, `END:${name}`].join('\r\n')
}

export function vevent({ uid, summary = 'Event', start, end, lines = [] }: Fields): string {
  return component('VEVENT', [
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART${start ?? ':20260105T090000Z'}`,
    `DTEND${end ?? ':20260105T100000Z'}`,
    `SUMMARY:${summary}`,
    ...lines,
  ])
}

/** A calendar object with one event. */
export function event(fields: Fields): string {
  return calendar(vevent(fields))
}

/** A calendar object with one to-do. */
export function todo({ uid, summary = 'To-do', lines = [] }: Fields): string {
  return calendar(
    component('VTODO', [`UID:${uid}`, 'DTSTAMP:20260101T000000Z', `SUMMARY:${summary}`, ...lines]),
  )
}
