import type { SchedulingOptions } from '../calendar/put-object.ts'
import type { HttpContext } from '../http/state.ts'

/**
 * Schedule-Reply (RFC 6638 §8.1): F keeps an attendee's change from the organizer. Schedule-Counter, of our own and in
 * the same form: T turns a time an attendee moved into a COUNTER (RFC 5546 §3.2.7).
 */
export function readSchedulingOptions({ headers }: HttpContext): SchedulingOptions {
  return {
    isSilent: wordOf(headers['schedule-reply']) === 'F',
    isProposal: wordOf(headers['schedule-counter']) === 'T',
  }
}

function wordOf(header: string | string[] | undefined): string {
  return String(header ?? '')
    .trim()
    .toUpperCase()
}
