import { canonicalPath } from '../calendar/paths.ts'
import { holds, type Privileges } from '../calendar/privileges.ts'
import { Refusal } from '../calendar/refusal.ts'
import type { RequestContext } from './context.ts'
import * as preconditions from './preconditions.ts'
import { type Held, privilegesOn, refOfResource } from './resources/held.ts'
import type { Resource } from './resources/resource.ts'

/** @throws Refusal need-privileges, or its answer, when the actor lacks some of `needed` */
export function requirePrivileges(ctx: RequestContext, resource: Resource, needed: Privileges): void {
  const held = privilegesOn(ctx.actor, resource)
  if (holds(held, needed)) return
  const missing = needed & ~held
  if (!isHeld(resource)) throw preconditions.needPrivileges(ctx.hrefs.of(resource), missing)
  const path = canonicalPath(refOfResource(resource))
  throw new Refusal({ code: 'need-privileges', path, needed: missing })
}

/** Is it in somebody's home, so that use cases know it by a reference? */
export function isHeld(resource: Resource): resource is Held {
  return !['root', 'principals', 'principal', 'homes'].includes(resource.kind)
}
