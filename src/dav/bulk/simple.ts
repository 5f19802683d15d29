import type { Conditions } from '../../calendar/conditions.ts'
import type { Calendar } from '../../calendar/model.ts'
import { putObject } from '../../calendar/put-object.ts'
import { splitByUid } from '../../calendar/split-by-uid.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { refOf } from '../hrefs.ts'
import type { Multistatus } from '../multistatus.ts'
import { MAX_BULK_RESOURCES } from './limits.ts'
import { asHttpError, failure, stored } from './outcome.ts'

/**
 * A simple bulk import (calendarserver-bulk-change §3): a calendar of many UIDs becomes one new object for
 * each. What fails leaves the others alone.
 *
 * @throws HttpError 413 for too many
 */
export async function runSimple(
  ctx: RequestContext,
  calendar: Calendar,
  text: string,
  conditions: Conditions,
  multistatus: Multistatus,
): Promise<void> {
  const parts = splitByUid(text)
  if (parts.length > MAX_BULK_RESOURCES) {
    throw new HttpError(413, `A request may make ${MAX_BULK_RESOURCES} resources.`)
  }
  for (const part of parts) {
    const ref = { ...refOf(calendar), name: `${ctx.calendar.newId()}.ics` }
    try {
      const own = { ...conditions, ifNoneMatch: '*' } as const
      const result = await putObject(ctx.calendar, ctx.actor, ref, part.text, own)
      multistatus.response(ctx.hrefs.object(ref), stored(result, true))
    } catch (error) {
      multistatus.response('', failure(asHttpError(ctx, error), part.text))
    }
  }
}
