import type { Component } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { parseCalendar } from '../ical/text.ts'
import { type Method, methodOf, uidOf } from './itip.ts'
import type { ReadMail } from './read-mail.ts'

/** The one iTIP message in a mail. */
export interface IncomingCalendar {
  readonly calendar: Component
  readonly method: Method
  readonly uid: string
}

/**
 * The iTIP message of a mail; where there are several, the first that is one (the inline part, before files and what
 * is forwarded).
 * @param maxSize characters of one part at most
 * @returns a sentence saying why there is none, in place of it
 */
export function calendarOf(mail: ReadMail, maxSize: number): IncomingCalendar | string {
  if (mail.problem !== undefined) return `it cannot be read: ${mail.problem}`
  let problem = mail.hasTnef
    ? 'it holds no calendar message but a winmail.dat, which only Outlook reads'
    : 'it holds no calendar message'
  for (const text of mail.calendars) {
    const read = readOne(text, maxSize)
    if (typeof read !== 'string') return read
    problem = read
  }
  return problem
}

function readOne(text: string, maxSize: number): IncomingCalendar | string {
  if (text.length > maxSize) return `its calendar part is larger than ${maxSize} characters`
  try {
    const calendar = parseCalendar(text)
    const method = methodOf(calendar)
    const uid = uidOf(calendar)
    if (method === undefined) return 'its calendar part has no METHOD that is known'
    if (uid === undefined) return 'its calendar part is not about one UID'
    return { calendar, method, uid }
  } catch (error) {
    if (error instanceof InvalidCalendarError) return `its calendar part cannot be read: ${error.message}`
    throw error
  }
}
