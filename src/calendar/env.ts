import type { Store } from '../store/store.ts'

/** What every use case works with. */
export interface CalendarEnv {
  readonly store: Store
  /** The present. */
  clock(): Date
  /** A fresh UUID. */
  newId(): string
  readonly limits: Limits
  /** Are messages to people without an account here sent by mail? Until then they are not kept. */
  readonly sendsMail?: boolean
  /** Does somebody who was not invited become an attendee by answering? */
  readonly acceptsUninvited?: boolean
}

/** Bounds that are enforced and advertised. */
export interface Limits {
  /** Octets of one resource (RFC 4791 §5.2.5). */
  readonly maxResourceSize: number
  /** Instances a finite recurrence may have (RFC 4791 §5.2.8). */
  readonly maxInstances: number
  /** RFC 4791 §5.2.9. */
  readonly maxAttendeesPerInstance: number
  /** RFC 4791 §5.2.6. */
  readonly minDateTime: Date
  /** RFC 4791 §5.2.7. */
  readonly maxDateTime: Date
  /** Octets in one home (RFC 4331). */
  readonly quotaBytes: number
  /** Collections in one home. */
  readonly maxCalendars: number
  /** Live locks of one holder. */
  readonly maxLocks: number
  readonly maxLockSeconds: number
}

export const DEFAULT_LIMITS: Limits = {
  maxResourceSize: 10_000_000,
  maxInstances: 10_000,
  maxAttendeesPerInstance: 1000,
  minDateTime: new Date('1900-01-01T00:00:00Z'),
  maxDateTime: new Date('9999-12-31T23:59:59Z'),
  quotaBytes: 10_000_000_000,
  maxCalendars: 500,
  maxLocks: 200,
  maxLockSeconds: 3600,
}
