import { OUTBOX } from '../../calendar/inbox.ts'
import type { Actor, Ref } from '../../calendar/model.ts'
import {
  type Privileges,
  READ,
  READ_CURRENT_USER_PRIVILEGE_SET,
  WRITE_PROPERTIES,
} from '../../calendar/privileges.ts'
import { refOf } from '../hrefs.ts'
import type { Resource, ResourceOf } from './resource.ts'

/** What everyone with an account holds on what is in nobody's home. */
export const COMMON = READ | READ_CURRENT_USER_PRIVILEGE_SET

/** The privileges the actor holds on a resource they were shown (RFC 3744 §5.4). */
export function privilegesOn(actor: Actor, resource: Resource): Privileges {
  switch (resource.kind) {
    case 'root':
    case 'principals':
    case 'homes':
      return COMMON
    case 'principal':
      return resource.principal.userId === actor.userId ? COMMON | WRITE_PROPERTIES : COMMON
    case 'object':
      return resource.calendar.privileges
    case 'node':
      return resource.collection.privileges
    default:
      return resource.privileges
  }
}

/** Resources that live in somebody's home. */
export type Held = ResourceOf<'home' | 'calendar' | 'collection' | 'object' | 'node' | 'inbox' | 'outbox'>

/** The reference use cases know a resource by. */
export function refOfResource(resource: Held): Ref {
  switch (resource.kind) {
    case 'home':
      return { owner: resource.owner.username }
    case 'object':
      return { ...refOf(resource.calendar), name: resource.object.name }
    case 'node':
      return { ...refOf(resource.collection), path: resource.path }
    case 'outbox':
      return { owner: resource.owner.username, collection: OUTBOX }
    default:
      return refOf(resource)
  }
}
