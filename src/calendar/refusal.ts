import type { CollectionRef, ObjectRef } from './model.ts'
import type { Privileges } from './privileges.ts'

/**
 * Why a use case was refused. A typed value that front ends translate (dav: an XML precondition element,
 * api: a problem document); this folder knows neither.
 */
export type RefusalReason =
  | { code: 'not-found'; what: string }
  | { code: 'need-privileges'; path: string; needed: Privileges }
  | {
      code: 'condition-failed'
      header:
        | 'If-Match'
        | 'If-None-Match'
        | 'If-Schedule-Tag-Match'
        | 'If-Unmodified-Since'
        | 'If'
        | 'Overwrite'
    }
  | { code: 'locked'; path: string }
  | { code: 'no-conflicting-lock'; path: string }
  | { code: 'lock-token-submitted'; path: string }
  | { code: 'lock-token-matches-request-uri' }
  | { code: 'too-many-locks' }
  | { code: 'parent-missing' }
  | { code: 'already-exists' }
  | { code: 'same-resource' }
  | { code: 'name-not-allowed'; detail: string }
  | { code: 'not-a-calendar-home' }
  | { code: 'collection-in-calendar' }
  | { code: 'valid-calendar-data'; detail: string }
  | { code: 'valid-calendar-object-resource'; detail: string }
  | { code: 'valid-timezone'; detail: string }
  | { code: 'supported-rscale'; detail: string }
  | { code: 'supported-calendar-component'; component: string }
  | { code: 'supported-calendar-data'; contentType: string }
  | { code: 'no-uid-conflict'; existing: ObjectRef }
  | { code: 'max-resource-size'; limit: number }
  | { code: 'max-instances'; limit: number }
  | { code: 'max-attendees-per-instance'; limit: number }
  | { code: 'min-date-time'; limit: string }
  | { code: 'max-date-time'; limit: string }
  | { code: 'calendar-collection-location-ok' }
  | {
      code: 'scheduling'
      /** The precondition of RFC 6638 §3.2.4. */
      condition:
        | 'same-organizer-in-all-components'
        | 'allowed-organizer-scheduling-object-change'
        | 'allowed-attendee-scheduling-object-change'
      detail: string
    }
  | { code: 'unique-scheduling-object-resource'; existing: ObjectRef }
  | { code: 'default-calendar-needed' }
  | { code: 'valid-schedule-default-calendar-url' }
  | { code: 'valid-sync-token' }
  | { code: 'quota-not-exceeded'; limit: number }
  | { code: 'number-of-matches-within-limits' }
  | { code: 'method-not-allowed'; on: CollectionRef }
  | {
      code: 'acl'
      condition:
        | 'no-ace-conflict'
        | 'no-invert'
        | 'deny-before-grant'
        | 'grant-only'
        | 'limited-number-of-aces'
        | 'no-inherited-ace-conflict'
        | 'no-protected-ace-conflict'
        | 'not-supported-privilege'
        | 'recognized-principal'
        | 'allowed-principal'
        | 'no-abstract'
        | 'missing-required-principal'
    }
  | { code: 'busy'; retryAfterSeconds: number }

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(reason.code, options)
    this.reason = reason
  }
}
