import type { Conditions } from '../../calendar/conditions.ts'
import { deleteObject } from '../../calendar/delete-object.ts'
import type { Calendar, ObjectRef } from '../../calendar/model.ts'
import { getObject } from '../../calendar/objects.ts'
import { updateDeadProperties } from '../../calendar/properties.ts'
import { putObject } from '../../calendar/put-object.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { objectRef, refOf } from '../hrefs.ts'
import type { Multistatus } from '../multistatus.ts'
import { propstat } from '../multistatus.ts'
import { firstFailure, outcomePropstats, planChanges } from '../properties/changes.ts'
import type { Element } from '../xml/element.ts'
import { type BulkOperation, readOperations } from './crud-request.ts'
import { asHttpError, failure, stored } from './outcome.ts'

/**
 * A bulk CRUD request (calendarserver-bulk-change §4): creates, updates and deletes, each for itself, in
 * order. What fails leaves the others alone.
 */
export async function runCrud(
  ctx: RequestContext,
  calendar: Calendar,
  body: Element,
  conditions: Conditions,
  multistatus: Multistatus,
): Promise<void> {
  for (const operation of readOperations(body)) {
    await runOne(ctx, calendar, operation, conditions, multistatus)
  }
}

async function runOne(
  ctx: RequestContext,
  calendar: Calendar,
  operation: BulkOperation,
  conditions: Conditions,
  multistatus: Multistatus,
): Promise<void> {
  const { href = '' } = operation
  try {
    if (operation.isDeletion) {
      await deleteObject(ctx.calendar, ctx.actor, refOfOperation(ctx, calendar, operation), {
        ...conditions,
        ...matching(operation),
      })
      multistatus.status(href, 200)
    } else await store(ctx, calendar, operation, conditions, multistatus)
  } catch (error) {
    multistatus.response(href, failure(asHttpError(ctx, error), operation.href ? undefined : operation.data))
  }
}

async function store(
  ctx: RequestContext,
  calendar: Calendar,
  operation: BulkOperation,
  conditions: Conditions,
  multistatus: Multistatus,
): Promise<void> {
  const ref = refOfOperation(ctx, calendar, operation)
  const changes = planChanges(ctx.registries.properties, 'object', operation.properties)
  if (firstFailure(changes)) {
    multistatus.response(operation.href ?? '', outcomePropstats(changes))
    return
  }
  const isNew = operation.href === undefined
  const condition = isNew ? ({ ifNoneMatch: '*' } as const) : matching(operation)
  const own = { ...conditions, ...condition }
  const result =
    operation.data === undefined
      ? undefined
      : await putObject(ctx.calendar, ctx.actor, ref, operation.data, own)
  if (operation.properties.length > 0) {
    const found = await getObject(ctx.calendar, ctx.actor, ref, { data: false })
    // The data has its condition already; after it the etag is another.
    const left = result === undefined ? own : conditions
    await updateDeadProperties(ctx.calendar, ctx.actor, { kind: 'object', ...found }, changes, left)
  }
  const body = result === undefined ? propstat(200, '') : stored(result, isNew)
  multistatus.response(ctx.hrefs.object(ref), body)
}

function matching({ ifMatch }: BulkOperation): Conditions {
  return ifMatch === undefined ? {} : { ifMatch: [ifMatch] }
}

/** @throws HttpError 403 for an href outside the calendar the request is for */
function refOfOperation(ctx: RequestContext, calendar: Calendar, { href }: BulkOperation): ObjectRef {
  const own = refOf(calendar)
  if (href === undefined) return { ...own, name: `${ctx.calendar.newId()}.ics` }
  const target = ctx.hrefs.resolve(href)
  const ref = target?.kind === 'member' ? objectRef(target) : undefined
  if (ref?.owner !== own.owner || ref.collection !== own.collection) {
    throw new HttpError(403, 'The resource is not in this calendar.')
  }
  return ref
}
