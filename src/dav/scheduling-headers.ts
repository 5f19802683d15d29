import type { SchedulingOptions } from '../calendar/put-object.ts'
import type { HttpContext } from '../http/state.ts'

/** Schedule-Reply (RFC 6638 §8.1): F keeps an attendee's change from the organizer. */
export function readSchedulingOptions({ headers }: HttpContext): SchedulingOptions {
  return {
    isSilent:
      String(headers['schedule-reply'] ?? '')
        .trim()
        .toUpperCase() === 'F',
  }
}
