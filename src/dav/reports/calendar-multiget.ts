import { floatingZoneOf } from '../../calendar/floating-zone.ts'
import { listCollections } from '../../calendar/homes.ts'
import { objectsOf } from '../../calendar/inbox.ts'
import type { Calendar } from '../../calendar/model.ts'
import { getObjects } from '../../calendar/objects.ts'
import { holds, READ_CONTENT } from '../../calendar/privileges.ts'
import { requirePrivileges } from '../access.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { objectRef } from '../hrefs.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { defineReport } from '../registry.ts'
import type { ResourceOf } from '../resources/resource.ts'
import { childElements, type Element, textOf } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'
import { type ObjectRequest, readObjectRequest } from './object-request.ts'

/**
 * CALDAV:calendar-multiget (RFC 4791 §7.9). Depth is not looked at. Every href asked for is answered: with
 * the object, with 404 where there is none, with 403 where it is outside the request's resource.
 */
export const calendarMultiget = defineReport({
  namespace: CALDAV,
  name: 'calendar-multiget',
  on: ['home', 'calendar', 'object', 'inbox'],
  async run(ctx, asked, body) {
    const resource = asked.kind === 'inbox' ? objectsOf(asked) : asked
    const request = readObjectRequest(ctx, body, floatingZoneOf)
    const hrefs = readHrefs(body)
    const calendars = await calendarsByName(ctx, resource)
    const multistatus = new Multistatus(ctx.koa)
    const placeOf = (href: string) => findPlace(ctx, resource, calendars, href)
    const wanted = sortHrefs(hrefs, placeOf, multistatus)
    for (const [calendar, names] of wanted) {
      await writeObjects(ctx, multistatus, request, calendar, [...names])
    }
    await multistatus.close()
  },
})

type Asked = ResourceOf<'home' | 'calendar' | 'object'>

function readHrefs(body: Element): string[] {
  const hrefs = childElements(body).filter(({ namespace, name }) => namespace === DAV && name === 'href')
  if (hrefs.length === 0) throw new HttpError(400, 'calendar-multiget names at least one href.')
  return hrefs.map((href) => textOf(href).trim())
}

async function calendarsByName(ctx: RequestContext, resource: Asked): Promise<Map<string, Calendar>> {
  if (resource.kind === 'home') {
    const collections = await listCollections(ctx.calendar, ctx.actor, resource)
    const calendars = collections.filter((candidate): candidate is Calendar => candidate.kind === 'calendar')
    return new Map(calendars.map((calendar) => [calendar.name, calendar]))
  }
  requirePrivileges(ctx, resource, READ_CONTENT)
  const calendar = resource.kind === 'object' ? resource.calendar : resource
  return new Map([[calendar.name, calendar]])
}

/** Where an href leads, or why it leads nowhere. */
type Place =
  | { readonly calendar: Calendar; readonly name: string }
  | { readonly status: 403 | 404; readonly condition?: Element; readonly why?: string }

/** Which names are asked of which calendar; hrefs that lead nowhere are answered at once. */
function sortHrefs(
  hrefs: readonly string[],
  placeOf: (href: string) => Place,
  multistatus: Multistatus,
): Map<Calendar, Set<string>> {
  const wanted = new Map<Calendar, Set<string>>()
  for (const href of new Set(hrefs)) {
    const place = placeOf(href)
    if ('status' in place) multistatus.status(href, place.status, place.condition, place.why)
    else wanted.set(place.calendar, (wanted.get(place.calendar) ?? new Set()).add(place.name))
  }
  return wanted
}

function findPlace(
  ctx: RequestContext,
  resource: Asked,
  calendars: ReadonlyMap<string, Calendar>,
  href: string,
): Place {
  const target = ctx.hrefs.resolve(href)
  const ref = target?.kind === 'member' ? objectRef(target) : undefined
  if (ref === undefined) return { status: 404 }
  const isOwners = ref.owner === ownerOf(resource)
  const calendar = isOwners ? calendars.get(ref.collection) : undefined
  if (calendar === undefined) return resource.kind === 'home' && isOwners ? { status: 404 } : ELSEWHERE
  if (resource.kind === 'object' && resource.object.name !== ref.name) return ELSEWHERE
  if (holds(calendar.privileges, READ_CONTENT)) return { calendar, name: ref.name }
  const { condition } = preconditions.needPrivileges(ctx.hrefs.of(calendar), READ_CONTENT)
  return { status: 403, condition }
}

/** RFC 4791 §7.9: hrefs are of what is in the request's resource, or that resource itself. */
const ELSEWHERE: Place = { status: 403, why: 'This is outside the resource the report was asked of.' }

function ownerOf(resource: Asked): string {
  return resource.kind === 'object' ? resource.calendar.owner.username : resource.owner.username
}

/** Objects read in one statement, which bounds what is in memory whatever the client asks for. */
const BATCH = 500

async function writeObjects(
  ctx: RequestContext,
  multistatus: Multistatus,
  { plan, data }: ObjectRequest,
  calendar: Calendar,
  names: readonly string[],
): Promise<void> {
  for (let from = 0; from < names.length; from += BATCH) {
    const batch = names.slice(from, from + BATCH)
    const found = await getObjects(ctx.calendar, calendar, batch, { data })
    const objects = batch.flatMap((name) => found.get(name) ?? [])
    await plan.write(
      multistatus,
      objects.map((object) => ({ kind: 'object', calendar, object })),
    )
    for (const name of batch) {
      if (!found.has(name)) multistatus.status(hrefOf(ctx, calendar, name), 404)
    }
  }
}

function hrefOf(ctx: RequestContext, calendar: Calendar, name: string): string {
  return ctx.hrefs.object({ owner: calendar.owner.username, collection: calendar.name, name })
}
