import type { RefusalReason } from '../calendar/refusal.ts'

/** A refusal as a sentence for the terminal. */
export function describeRefusal(reason: RefusalReason): string {
  switch (reason.code) {
    case 'not-found':
      return `there is no ${reason.what}`
    case 'already-exists':
      return 'something of that name exists already'
    case 'name-not-allowed':
      return `that name is not allowed: ${reason.detail}`
    case 'valid-calendar-data':
    case 'valid-calendar-object-resource':
    case 'valid-timezone':
    case 'supported-rscale':
      return reason.detail
    case 'supported-calendar-component':
      return `the calendar does not hold ${reason.component}`
    case 'quota-not-exceeded':
      return `the quota of ${reason.limit} bytes is used up`
    case 'locked':
      return `${reason.path} is locked by a client`
    default:
      return `refused: ${reason.code}`
  }
}
