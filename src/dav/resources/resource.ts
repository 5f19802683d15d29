import type {
  Calendar,
  CalendarObjectRecord,
  Home,
  Inbox,
  Node,
  Outbox,
  PlainCollection,
  Principal,
} from '../../calendar/model.ts'

/** `/` or the context root: where discovery begins. */
export interface Root {
  readonly kind: 'root'
}
export interface PrincipalCollection {
  readonly kind: 'principals'
}
export interface PrincipalResource {
  readonly kind: 'principal'
  readonly principal: Principal
}
/** The container of all homes; lists only those the actor may see. */
export interface HomeCollection {
  readonly kind: 'homes'
}
export interface CalendarObjectResource {
  readonly kind: 'object'
  readonly calendar: Calendar
  readonly object: CalendarObjectRecord
}

export type Resource =
  | Root
  | PrincipalCollection
  | PrincipalResource
  | HomeCollection
  | Home
  | Calendar
  | CalendarObjectResource
  | PlainCollection
  | Node
  | Inbox
  | Outbox

export type ResourceKind = Resource['kind']
export type ResourceOf<K extends ResourceKind> = Extract<Resource, { readonly kind: K }>
