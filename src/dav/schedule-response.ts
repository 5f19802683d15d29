import type { Outbox } from '../calendar/model.ts'
import { type BusyAnswer, readBusyRequest, requestFreeBusy } from '../calendar/outbox.ts'
import { isOutboxMessage, readOutboxMessage, sendMessage } from '../calendar/send-message.ts'
import type { HttpContext } from '../http/state.ts'
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
 * POST to a scheduling outbox: who is busy when (RFC 6638 §5), or a COUNTER, REFRESH or DECLINECOUNTER (RFC 5546 §3.2),
 * which no change of an object can say. The Originator and Recipient headers of older
 * clients say what the body says again, and are not looked at.
 */
export async function answerOutbox(ctx: RequestContext, outbox: Outbox): Promise<void> {
  const { koa, calendar: env, actor } = ctx
  if (!isCalendarData(koa)) {
    throw leavingUnread(koa, preconditions.supportedCalendarData('A free-busy request is text/calendar.'))
  }
  const bytes = await readBody(koa, env.limits.maxResourceSize, preconditions.maxResourceSize)
  const text = decodeCalendarData(koa, bytes)
  if (isOutboxMessage(text)) return answer(koa, await asScheduling(() => send(ctx, outbox, text)))
  const request = await asScheduling(async () => readBusyRequest(text))
  if (request.organizer !== `mailto:${outbox.owner.email}`) {
    throw preconditions.validOrganizer('The ORGANIZER is not the owner of this outbox.')
  }
  answer(koa, await requestFreeBusy(env, actor, request, (xml) => textOf(parseXml(xml))))
}

async function send(
  { calendar: env }: RequestContext,
  { owner }: Outbox,
  text: string,
): Promise<BusyAnswer[]> {
  const sent = await sendMessage(env, owner, readOutboxMessage(text, owner))
  return sent.map((each) => ({ ...each, data: undefined }))
}

function answer(koa: HttpContext, answers: readonly BusyAnswer[]): void {
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

async function asScheduling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof InvalidCalendarError) throw preconditions.validSchedulingMessage(error.message)
    throw error
  }
}
