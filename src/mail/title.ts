import { InvalidCalendarError } from '../ical/errors.ts'
import { parseCalendar } from '../ical/text.ts'
import { textOf } from './description.ts'
import { membersOf } from './itip.ts'

/** SUMMARY of what a message is about, on one line; undefined when it has none or is no calendar. */
export function titleOf(data: string): string | undefined {
  try {
    const [first] = membersOf(parseCalendar(data))
    return first && textOf(first, 'SUMMARY')?.replace(/\s+/g, ' ')
  } catch (error) {
    if (error instanceof InvalidCalendarError) return undefined
    throw error
  }
}
