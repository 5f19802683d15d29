import type { Principal } from '../../calendar/model.ts'
import type { RequestContext } from '../context.ts'
import type { Multistatus } from '../multistatus.ts'
import { PropertyPlan } from '../properties/plan.ts'
import { readPropertyRequest } from '../properties/request.ts'
import type { Resource } from '../resources/resource.ts'
import type { Element } from '../xml/element.ts'

/**
 * Writes a response for each resource a search found, with the properties its DAV:prop names, or with a bare
 * 200 where the request names none (RFC 3744 §9.3.1).
 */
export async function writeFound(
  ctx: RequestContext,
  multistatus: Multistatus,
  body: Element,
  found: readonly Resource[],
): Promise<void> {
  const request = readPropertyRequest(body)
  if (request !== undefined) return new PropertyPlan(ctx, request).write(multistatus, found)
  for (const resource of found) multistatus.status(ctx.hrefs.of(resource), 200)
}

export function principalResources(principals: Iterable<Principal>): Resource[] {
  return Array.from(principals, (principal) => ({ kind: 'principal', principal }))
}
