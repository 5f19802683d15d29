import type { LockableRef } from '../../calendar/lock.ts'
import { methodNotAllowed } from '../allow.ts'
import type { RequestContext } from '../context.ts'
import { resolve } from '../resources/resolve.ts'

/** What a LOCK or UNLOCK is about. @throws HttpError 405 for what cannot be locked: homes, principals, roots */
export async function lockTarget(ctx: RequestContext): Promise<LockableRef> {
  const { target } = ctx
  if (target.kind === 'collection') return target.ref
  if (target.kind === 'member') return { ...target.ref, path: target.path }
  throw methodNotAllowed(ctx, (await resolve(ctx)).kind)
}
