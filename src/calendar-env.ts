import { randomUUID } from 'node:crypto'
import { type CalendarEnv, DEFAULT_LIMITS } from './calendar/env.ts'
import type { Config } from './config.ts'
import type { Store } from './store/store.ts'

/** What the use cases need, with the limits the operator chose. */
export function createCalendarEnv(config: Config, store: Store): CalendarEnv {
  return {
    store,
    clock: () => new Date(),
    newId: randomUUID,
    sendsMail: config.smtpUrl !== undefined,
    acceptsUninvited: config.partyCrashers === 'add',
    limits: {
      ...DEFAULT_LIMITS,
      maxResourceSize: config.maxResourceSize,
      maxInstances: config.maxInstances,
      maxAttendeesPerInstance: config.maxAttendees,
      maxCalendars: config.maxCalendars,
      quotaBytes: config.quotaBytes,
    },
  }
}
