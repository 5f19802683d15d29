import type { Outbox } from '../calendar/model.ts'
import { readBusyRequest, requestFreeBusy } from '../calendar/outbox.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { leavingUnread, readBody } from './body.ts'
import { decodeCalendarData, isCalendarData } from './calendar-body.ts'
import type { RequestContext } from './context.ts'
import * as preconditions from './preconditions.ts'
import { el, textOf } from './xml/element.ts'
import { CALDAV, DAV } from './xml/names.ts'
import { parseXml } from './xml/parse.ts'
import { serializeDocument } from './xml/serialize.ts'

/**
 * POST to a scheduling outbox (RFC 6638 §5): who is busy when. The Originator and Recipient headers of older
 * clients say what the body says again, and are not looked at.
 */
export async function answerBusyRequest(ctx: RequestContext, outbox: Outbox): Promise<void> {
  const { koa, calendar: env, actor } = ctx
  if (!isCalendarData(koa)) {
    throw leavingUnread(koa, preconditions.supportedCalendarData('A free-busy request is text/calendar.'))
  }
  const bytes = await readBody(koa, env.limits.maxResourceSize, preconditions.maxResourceSize)
  const request = readRequest(decodeCalendarData(koa, bytes))
  if (request.organizer !== `mailto:${outbox.owner.email}`) {
    throw preconditions.validOrganizer('The ORGANIZER is not the owner of this outbox.')
  }
  const answers = await requestFreeBusy(env, actor, request, (xml) => textOf(parseXml(xml)))
  const responses = answers.map(({ recipient, status, data }) =>
    el(CALDAV, 'response', [
      el(CALDAV, 'recipient', [el(DAV, 'href', [recipient])]),
      el(CALDAV, 'request-status', [status]),
      ...(data === undefined ? [] : [el(CALDAV, 'calendar-data', [data])]),
    ]),
  )
  koa.status = 200
  koa.set('Content-Type', 'application/xml; charset=utf-8')
  koa.body = serializeDocument(el(CALDAV, 'schedule-response', responses))
}

function readRequest(text: string) {
  try {
    return readBusyRequest(text)
  } catch (error) {
    if (error instanceof InvalidCalendarError) throw preconditions.validSchedulingMessage(error.message)
    throw error
  }
}
