import type { CollectionRow, HomeRow, OwnerColumns } from '../store/calendars.ts'
import type { Calendar, Collection, ComponentName, Home, Principal, PrincipalKind } from './model.ts'
import { ALL, type Privileges } from './privileges.ts'

/** A calendar or plain collection from its columns. */
export function collectionOfRow(row: CollectionRow): Collection {
  return row.collectionKind === 'calendar' ? calendarOfRow(row) : { kind: 'collection', ...commonOf(row) }
}

/** A calendar from its columns. */
export function calendarOfRow(row: CollectionRow): Calendar {
  const { description, color, order, timezone, timezoneId, transparent } = row
  const components = row.components as ComponentName[]
  return {
    kind: 'calendar',
    ...commonOf(row),
    description,
    color,
    order,
    timezone,
    timezoneId,
    components,
    transparent,
  }
}

function commonOf(row: CollectionRow) {
  return {
    owner: ownerOfRow(row),
    calendarId: row.calendarId,
    name: row.collectionName,
    displayName: row.displayName,
    revision: row.calendarRevision,
    privileges: heldOf(row.collectionPrivileges),
    sizeBytes: row.sizeBytes,
    createdAt: row.collectionCreatedAt,
    updatedAt: row.collectionUpdatedAt,
  }
}

/** A home from its columns. */
export function homeOfRow(row: HomeRow): Home {
  return {
    kind: 'home',
    owner: ownerOfRow(row),
    revision: row.homeRevision,
    privileges: heldOf(row.homePrivileges),
    createdAt: row.homeCreatedAt,
    updatedAt: row.homeUpdatedAt,
  }
}

function ownerOfRow(row: OwnerColumns): Principal {
  return {
    userId: row.ownerId,
    username: row.ownerUsername,
    email: row.ownerEmail,
    name: row.ownerName,
    timezone: row.ownerTimezone,
    locale: row.ownerLocale,
    kind: row.ownerKind as PrincipalKind,
    createdAt: row.ownerCreatedAt,
    updatedAt: row.ownerUpdatedAt,
  }
}

/** The database says "every bit" for an owner. */
function heldOf(bits: number): Privileges {
  return bits & ALL
}
