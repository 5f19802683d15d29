import type { Principal } from '../store/records.ts'
import type { Privileges } from './privileges.ts'

export type { Actor, Principal, PrincipalKind } from '../store/records.ts'

export interface HomeRef {
  /** Username of the home's owner. */
  readonly owner: string
}
export interface CollectionRef extends HomeRef {
  /** Decoded href segment of a calendar or plain collection directly under the home. */
  readonly collection: string
}
export interface ObjectRef extends CollectionRef {
  /** Decoded href segment of a calendar object resource. */
  readonly name: string
}
/** A resource inside a plain WebDAV collection; `path` holds at least one decoded segment. */
export interface NodeRef extends CollectionRef {
  readonly path: readonly string[]
}
export type Ref = HomeRef | CollectionRef | ObjectRef | NodeRef

/** A calendar home (RFC 4791 §6.2.1). */
export interface Home {
  readonly kind: 'home'
  readonly owner: Principal
  /** Changes whenever a member, or a member's content, changes. */
  readonly revision: bigint
  readonly privileges: Privileges
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What a calendar may hold; VFREEBUSY and VAVAILABILITY (RFC 7953) only where they were asked for. */
export type ComponentName = 'VEVENT' | 'VTODO' | 'VJOURNAL' | 'VFREEBUSY' | 'VAVAILABILITY'

interface CollectionCommon {
  readonly owner: Principal
  readonly calendarId: string
  /** Decoded href segment. */
  readonly name: string
  readonly displayName: string | undefined
  readonly revision: bigint
  readonly privileges: Privileges
  readonly sizeBytes: bigint
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A calendar collection (RFC 4791 §4.2). */
export interface Calendar extends CollectionCommon {
  readonly kind: 'calendar'
  readonly description: string | undefined
  readonly color: string | undefined
  readonly order: string | undefined
  /** The iCalendar text as set by CALDAV:calendar-timezone, or undefined. */
  readonly timezone: string | undefined
  /** IANA name that floating and all-day values are read in. */
  readonly timezoneId: string | undefined
  readonly components: readonly ComponentName[]
  /** CALDAV:schedule-calendar-transp: true when its events do not count as busy time. */
  readonly transparent: boolean
}

/** A plain WebDAV collection directly under the home; it holds nodes, never calendar object resources. */
export interface PlainCollection extends CollectionCommon {
  readonly kind: 'collection'
}
export type Collection = Calendar | PlainCollection

/** A scheduling inbox (RFC 6638 §2.2): its objects are the messages its owner received. */
export interface Inbox extends Omit<Calendar, 'kind'> {
  readonly kind: 'inbox'
  /** Name of the calendar new invitations go to. */
  readonly defaultCalendar: string | undefined
}

/** A scheduling outbox (RFC 6638 §2.1): it holds nothing. */
export interface Outbox {
  readonly kind: 'outbox'
  readonly owner: Principal
  readonly privileges: Privileges
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A calendar object resource (RFC 4791 §4.1). `data` is undefined unless it was asked for. */
export interface CalendarObjectRecord {
  readonly eventId: string
  readonly name: string
  readonly uid: string
  readonly component: ComponentName
  readonly data: string | undefined
  readonly size: number
  /** Unquoted. */
  readonly etag: string
  /** Unquoted. */
  readonly scheduleTag: string | undefined
  readonly revision: bigint
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A file or nested collection inside a plain collection. */
export interface Node {
  readonly kind: 'node'
  readonly nodeId: string
  readonly collection: PlainCollection
  readonly path: readonly string[]
  readonly isCollection: boolean
  readonly contentType: string | undefined
  readonly size: number
  readonly etag: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A dead property (RFC 4918 §4): the element's whole XML, with its own namespace declarations. */
export interface DeadProperty {
  readonly namespace: string
  readonly name: string
  readonly xml: string
}

/** What dead properties are attached to. */
export type PropertyScope = 'principal' | 'home' | 'collection' | 'object' | 'node'
