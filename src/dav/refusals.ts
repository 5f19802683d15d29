import { Refusal, type RefusalReason } from '../calendar/refusal.ts'
import { HttpError } from './errors.ts'
import type { Hrefs } from './hrefs.ts'
import * as preconditions from './preconditions.ts'

/** The answer to a use case's refusal, in the terms of WebDAV and CalDAV. The only place that knows. */
export function answerTo(refusal: Refusal, hrefs: Hrefs): HttpError {
  return fromReason(refusal.reason, hrefs)
}

type Answers = {
  readonly [Code in RefusalReason['code']]: (
    reason: Extract<RefusalReason, { code: Code }>,
    hrefs: Hrefs,
  ) => HttpError
}

const SCHEDULING = {
  'same-organizer-in-all-components': preconditions.sameOrganizerInAllComponents,
  'allowed-organizer-scheduling-object-change': preconditions.allowedOrganizerSchedulingObjectChange,
  'allowed-attendee-scheduling-object-change': preconditions.allowedAttendeeSchedulingObjectChange,
}

const ANSWERS: Answers = {
  'not-found': () => new HttpError(404, 'There is nothing here.'),
  'need-privileges': ({ path, needed }, hrefs) =>
    preconditions.needPrivileges(hrefs.ofCanonicalPath(path), needed),
  'condition-failed': ({ header }) => new HttpError(412, `The condition of ${header} does not hold.`),
  locked: ({ path }, hrefs) => preconditions.lockTokenSubmitted(hrefs.ofCanonicalPath(path)),
  'lock-token-submitted': ({ path }, hrefs) => preconditions.lockTokenSubmitted(hrefs.ofCanonicalPath(path)),
  'no-conflicting-lock': ({ path }, hrefs) => preconditions.noConflictingLock(hrefs.ofCanonicalPath(path)),
  'lock-token-matches-request-uri': () => preconditions.lockTokenMatchesRequestUri(),
  'too-many-locks': () => new HttpError(507, 'There are as many locks as this server keeps.'),
  // RFC 4918 §9.3.1, §9.7.1, §9.8.5: an ancestor is missing.
  'parent-missing': () => new HttpError(409, 'The collection to hold it does not exist.'),
  'already-exists': () => preconditions.resourceMustBeNull(),
  // RFC 4918 §9.8.5, §9.9.4: source and destination are the same.
  'same-resource': () => new HttpError(403, 'The source and the destination are the same.'),
  'name-not-allowed': ({ detail }) => new HttpError(403, detail),
  'not-a-calendar-home': () => preconditions.calendarCollectionLocationOk(),
  'collection-in-calendar': () => preconditions.calendarCollectionLocationOk(),
  'calendar-collection-location-ok': () => preconditions.calendarCollectionLocationOk(),
  'valid-calendar-data': ({ detail }) => preconditions.validCalendarData(detail),
  'valid-calendar-object-resource': ({ detail }) => preconditions.validCalendarObjectResource(detail),
  'valid-timezone': ({ detail }) => preconditions.validTimezone(detail),
  'supported-rscale': ({ detail }) => preconditions.supportedRscale(detail),
  'supported-calendar-component': ({ component }) =>
    preconditions.supportedCalendarComponent(`This calendar does not hold ${component}.`),
  'supported-calendar-data': ({ contentType }) =>
    preconditions.supportedCalendarData(`${contentType} is not stored here; text/calendar is.`),
  'no-uid-conflict': ({ existing }, hrefs) => preconditions.noUidConflict(hrefs.object(existing)),
  'max-resource-size': () => preconditions.maxResourceSize(),
  'max-instances': ({ limit }) => preconditions.maxInstances(`An object may have ${limit} instances.`),
  'max-attendees-per-instance': ({ limit }) =>
    preconditions.maxAttendeesPerInstance(`An instance may have ${limit} attendees.`),
  'min-date-time': ({ limit }) => preconditions.minDateTime(limit),
  'max-date-time': ({ limit }) => preconditions.maxDateTime(limit),
  scheduling: ({ condition, detail }) => SCHEDULING[condition](detail),
  'unique-scheduling-object-resource': ({ existing }, hrefs) =>
    preconditions.uniqueSchedulingObjectResource(hrefs.object(existing)),
  'default-calendar-needed': () => preconditions.defaultCalendarNeeded(),
  'valid-schedule-default-calendar-url': () => preconditions.validScheduleDefaultCalendarUrl(),
  'valid-sync-token': () => preconditions.validSyncToken(),
  'quota-not-exceeded': () => preconditions.quotaNotExceeded(),
  'number-of-matches-within-limits': () => preconditions.numberOfMatchesWithinLimits(),
  'method-not-allowed': () => new HttpError(405, 'This cannot be done to a resource of this kind.'),
  acl: ({ condition }) => preconditions.acl(condition),
  busy: ({ retryAfterSeconds }) =>
    new HttpError(503, 'The server is busy.', { headers: { 'Retry-After': String(retryAfterSeconds) } }),
}

function fromReason<Code extends RefusalReason['code']>(
  reason: Extract<RefusalReason, { code: Code }>,
  hrefs: Hrefs,
): HttpError {
  return (ANSWERS[reason.code as Code] as Answers[Code])(reason, hrefs)
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal
}
