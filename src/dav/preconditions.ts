import type { Privileges } from '../calendar/privileges.ts'
import { PreconditionError } from './errors.ts'
import { compactPrivilegeElements } from './privileges.ts'
import { type Element, el } from './xml/element.ts'
import { CALDAV, DAV, ME } from './xml/names.ts'

/**
 * The catalogue of named preconditions. 403: repeating the request cannot help. 409: the user may be able to
 * resolve the conflict (RFC 4791 §1.3). 412 is for conditional headers, which have no element.
 *
 * An element that carries a reason carries it as its text, since clients look for one child of DAV:error.
 */

function forbidden(condition: Element): PreconditionError {
  return new PreconditionError(403, condition)
}

function conflict(condition: Element): PreconditionError {
  return new PreconditionError(409, condition)
}

function href(target: string): Element {
  return el(DAV, 'href', [target])
}

function reason(detail: string | undefined): string[] {
  return detail === undefined ? [] : [detail]
}

// WebDAV

/** RFC 4918 §16: PROPFIND of infinite depth. */
export const propfindFiniteDepth = () => forbidden(el(DAV, 'propfind-finite-depth'))
/** RFC 4918 §16. */
export const cannotModifyProtectedProperty = () => forbidden(el(DAV, 'cannot-modify-protected-property'))
/** RFC 4918 §16: the locked resource whose token is missing. */
export const lockTokenSubmitted = (on: string) =>
  new PreconditionError(423, el(DAV, 'lock-token-submitted', [href(on)]))
/** RFC 4918 §16: the resource holding the lock in the way. */
export const noConflictingLock = (on: string) =>
  new PreconditionError(423, el(DAV, 'no-conflicting-lock', [href(on)]))
/** RFC 4918 §16. */
export const lockTokenMatchesRequestUri = () => conflict(el(DAV, 'lock-token-matches-request-uri'))
/** RFC 4918 §16: the XML refers to an external entity. */
export const noExternalEntities = () => forbidden(el(DAV, 'no-external-entities'))
/** RFC 5689 §3.4. */
export const validResourcetype = (detail?: string) => forbidden(el(DAV, 'valid-resourcetype', reason(detail)))
/** RFC 4791 §5.3.1.1, RFC 3253 §4.2. */
export const resourceMustBeNull = () => forbidden(el(DAV, 'resource-must-be-null'))
/** RFC 3253 §3.6. */
export const supportedReport = () => forbidden(el(DAV, 'supported-report'))
/** RFC 6578 §3.2. */
export const validSyncToken = () => forbidden(el(DAV, 'valid-sync-token'))
/** RFC 6578 §3.2, RFC 3744 §9.4. */
export const numberOfMatchesWithinLimits = () => forbidden(el(DAV, 'number-of-matches-within-limits'))
/** RFC 6578 §6.1. */
export const syncTraversalSupported = () => forbidden(el(DAV, 'sync-traversal-supported'))
/** RFC 4331 §6. */
export const quotaNotExceeded = () => new PreconditionError(507, el(DAV, 'quota-not-exceeded'))
/** RFC 4331 §6: room is missing for a reason other than the quota. */
export const sufficientDiskSpace = () => new PreconditionError(507, el(DAV, 'sufficient-disk-space'))

// Access control

/** RFC 3744 §7.1.1: what was missing, and where. */
export const needPrivileges = (on: string, needed: Privileges) =>
  forbidden(
    el(
      DAV,
      'need-privileges',
      compactPrivilegeElements(needed).map((privilege) => el(DAV, 'resource', [href(on), privilege])),
    ),
  )
/** RFC 3744 §8.1.1: an ACL precondition by its name. */
export const acl = (condition: string) =>
  (condition === 'no-ace-conflict' ? conflict : forbidden)(el(DAV, condition))

// Calendar access

/** RFC 4791 §5.3.2.1; also of calendar-data in reports (§7.8). */
export const supportedCalendarData = (detail?: string) =>
  forbidden(el(CALDAV, 'supported-calendar-data', reason(detail)))
/** RFC 4791 §5.3.2.1, §5.3.1.1. */
export const validCalendarData = (detail?: string) =>
  forbidden(el(CALDAV, 'valid-calendar-data', reason(detail)))
/** RFC 4791 §5.3.2.1. */
export const validCalendarObjectResource = (detail?: string) =>
  forbidden(el(CALDAV, 'valid-calendar-object-resource', reason(detail)))
/** RFC 4791 §5.3.2.1. */
export const supportedCalendarComponent = (detail?: string) =>
  forbidden(el(CALDAV, 'supported-calendar-component', reason(detail)))
/** RFC 7529 §10: the calendar system of a rule. */
export const supportedRscale = (detail?: string) => forbidden(el(CALDAV, 'supported-rscale', reason(detail)))
/** RFC 4791 §5.3.2.1: the object that has the UID already. */
export const noUidConflict = (existing: string) => forbidden(el(CALDAV, 'no-uid-conflict', [href(existing)]))
/** RFC 4791 §5.3.2.1. */
export const maxResourceSize = () => forbidden(el(CALDAV, 'max-resource-size'))
/** RFC 4791 §5.3.2.1, §7.8: the limit itself. */
export const minDateTime = (limit: string) => forbidden(el(CALDAV, 'min-date-time', [limit]))
/** RFC 4791 §5.3.2.1, §7.8: the limit itself. */
export const maxDateTime = (limit: string) => forbidden(el(CALDAV, 'max-date-time', [limit]))
/** RFC 4791 §5.3.2.1. */
export const maxInstances = (detail?: string) => forbidden(el(CALDAV, 'max-instances', reason(detail)))
/** RFC 4791 §5.3.2.1. */
export const maxAttendeesPerInstance = (detail?: string) =>
  forbidden(el(CALDAV, 'max-attendees-per-instance', reason(detail)))
/** RFC 4791 §5.3.1.1, §5.3.2.1. */
export const calendarCollectionLocationOk = () => forbidden(el(CALDAV, 'calendar-collection-location-ok'))
/** RFC 4791 §5.3.1.1: the body asks for what this server does not make. */
export const initializeCalendarCollection = (detail?: string) =>
  forbidden(el(CALDAV, 'initialize-calendar-collection', reason(detail)))
/** RFC 4791 §7.8. */
export const validFilter = (detail?: string) => forbidden(el(CALDAV, 'valid-filter', reason(detail)))
/** RFC 4791 §7.7, §7.8: the parts of the filter that cannot be answered. */
export const supportedFilter = (parts: readonly Element[] = []) =>
  forbidden(el(CALDAV, 'supported-filter', parts))
/** RFC 4791 §7.5.1. */
export const supportedCollation = () => forbidden(el(CALDAV, 'supported-collation'))
/** RFC 7809 §3.1.2: a time zone identifier that is not known. */
export const validTimezone = (detail?: string) => forbidden(el(CALDAV, 'valid-timezone', reason(detail)))

// Scheduling

/** RFC 6638 §3.2.4.2. */
export const sameOrganizerInAllComponents = (detail?: string) =>
  forbidden(el(CALDAV, 'same-organizer-in-all-components', reason(detail)))
/** RFC 6638 §3.2.4.3. */
export const allowedOrganizerSchedulingObjectChange = (detail?: string) =>
  forbidden(el(CALDAV, 'allowed-organizer-scheduling-object-change', reason(detail)))
/** RFC 6638 §3.2.4.4. */
export const allowedAttendeeSchedulingObjectChange = (detail?: string) =>
  forbidden(el(CALDAV, 'allowed-attendee-scheduling-object-change', reason(detail)))
/** RFC 6638 §3.2.4.1: the object that has the UID already. */
export const uniqueSchedulingObjectResource = (existing: string) =>
  forbidden(el(CALDAV, 'unique-scheduling-object-resource', [href(existing)]))
/** RFC 6638 §4.3. */
export const defaultCalendarNeeded = () => forbidden(el(CALDAV, 'default-calendar-needed'))
/** RFC 6638 §9.2. */
export const validScheduleDefaultCalendarUrl = () =>
  forbidden(el(CALDAV, 'valid-schedule-default-calendar-URL'))
/** RFC 6638 §5. */
export const validSchedulingMessage = (detail?: string) =>
  forbidden(el(CALDAV, 'valid-scheduling-message', reason(detail)))
/** RFC 6638 §5: ORGANIZER is not the owner of the outbox. */
export const validOrganizer = (detail?: string) => forbidden(el(CALDAV, 'valid-organizer', reason(detail)))

// me.com

/** calendarserver-bulk-change §6: the calendar is not in the state the client knows. */
export const ctagOk = () => new PreconditionError(412, el(ME, 'ctag-ok'))
