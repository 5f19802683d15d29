import type { Actor } from './model.ts'

/** Everyone whose grants the actor enjoys: itself and its groups (RFC 3744 §5.5.1). */
export function granteeIdsOf(actor: Actor): readonly string[] {
  return [actor.userId, ...actor.groupIds]
}
