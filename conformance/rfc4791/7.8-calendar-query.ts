import { must, type Section } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectNames,
  expectProp,
  expectPropStatus,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { calendarData, calendarQuery, compFilter, timeRange } from '../fixtures/reports.ts'
import { calendar, event, simpleEvent } from '../ical/build.ts'
import { textOf } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

const events = compFilter('VEVENT')

/** The calendar-query report (RFC 4791 §7.8). */
export const section: Section = {
  cite: 'RFC 4791 §7.8',
  title: 'calendar-query',
  tests: [
    must(
      'answer 207 with no responses when nothing matches',
      'The answer to a query that finds nothing is an empty multistatus.',
      async (t) => {
        expectNames(expectMultistatus(await t.owner.report(await t.calendar(), calendarQuery(events))), [])
      },
    ),
    must(
      'answer 404 for a calendar that does not exist',
      'A report on an unmapped URL is not found.',
      async (t) => {
        expectStatus(await t.owner.report(`${t.owner.home}${t.name('none')}/`, calendarQuery(events)), 404)
      },
    ),
    must(
      'return calendar data exactly as GET does',
      'calendar-data without anything in it is the whole object.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name(), 'Größe < 5 & "so"'))
        const response = await t.owner.report(href, calendarQuery(events, `<D:getetag/>${calendarData()}`))
        const data = expectProp(expectMember(expectMultistatus(response), object), 'C:calendar-data')
        const same = (text: string): string => text.replaceAll('\r\n', '\n').trim()
        expectSame(same(data.text), same((await t.owner.get(object)).text), 'The texts differ')
      },
    ),
    must(
      'return other properties beside the data',
      'A report returns whatever WebDAV properties are named.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const names = '<D:getetag/><D:getcontenttype/><D:resourcetype/><X:none/>'
        const found = expectMember(
          expectMultistatus(await t.owner.report(href, calendarQuery(events, names))),
          object,
        )
        expectTrue(/^text\/calendar/.test(textOf(expectProp(found, 'D:getcontenttype'))), 'The type differs')
        expectProp(found, 'D:resourcetype')
        expectPropStatus(found, 'X:none', 404)
      },
    ),
    must(
      'look at the members of the calendar at Depth 1',
      'Depth 1 queries what is directly in the calendar.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()), 'one.ics')
        expectNames(expectMultistatus(await t.owner.report(href, calendarQuery(events), { depth: '1' })), [
          'one.ics',
        ])
      },
    ),
    must(
      'query one object when asked at it',
      'Reports work on calendar objects too.',
      async (t) => {
        const object = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.report(object, calendarQuery(events), { depth: '0' })
        expectMember(expectMultistatus(response), object)
      },
      { cite: 'RFC 4791 §7.1' },
    ),
    must(
      'query all calendars at once at Depth infinity from the home, or refuse it cleanly',
      'Depth infinity reaches the objects of every calendar below.',
      async (t) => {
        const object = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.report(t.owner.home, calendarQuery(events), { depth: 'infinity' })
        if (response.status === 207) expectMember(response.multistatus(), object)
        else expectStatus(response, 403, 405, 415, 501)
      },
    ),
    must(
      'see an object the moment it is stored and not once it is gone',
      'A query is about the calendar as it is now.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        expectMember(expectMultistatus(await t.owner.report(href, calendarQuery(events))), object)
        await t.owner.delete(object)
        expectNames(expectMultistatus(await t.owner.report(href, calendarQuery(events))), [])
      },
    ),
    must(
      'find an object by its new time once it was changed',
      'A changed object matches by what it is now.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid, 'Old', '20260310T100000Z'))
        await t.owner.put(object, simpleEvent(uid, 'New', '20260710T100000Z'))
        const query = (start: string, end: string) =>
          t.owner.report(href, calendarQuery(compFilter('VEVENT', timeRange(start, end))))
        expectNames(expectMultistatus(await query('20260301T000000Z', '20260401T000000Z')), [])
        expectMember(expectMultistatus(await query('20260701T000000Z', '20260801T000000Z')), object)
      },
    ),
    must(
      'name supported-calendar-data for a format it does not have',
      'calendar-data may ask for formats the server supports only.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()))
        const wanted = '<C:calendar-data content-type="application/x-unknown" version="9"/>'
        const response = await t.owner.report(href, calendarQuery(events, wanted))
        expectTrue(
          response.status !== 200 &&
            (response.status !== 207 || response.text.includes('supported-calendar-data')),
          'It answered as if it could',
          response.status,
        )
      },
    ),
    must(
      'use the time zone of the request for floating times',
      'The timezone element says where floating times and dates are.',
      async (t) => {
        const href = await t.calendar()
        await t.object(
          href,
          calendar(event(t.name(), ['DTSTART:20260115T100000', 'DURATION:PT1H'])),
          'floating.ics',
        )
        const fixed = (offset: string): string =>
          calendar([
            'BEGIN:VTIMEZONE',
            'TZID:Here',
            'BEGIN:STANDARD',
            'DTSTART:19700101T000000',
            `TZOFFSETFROM:${offset}`,
            `TZOFFSETTO:${offset}`,
            'END:STANDARD',
            'END:VTIMEZONE',
          ])
        const range = compFilter('VEVENT', timeRange('20260115T150000Z', '20260115T160000Z'))
        expectNames(
          expectMultistatus(await t.owner.report(href, calendarQuery(range, '<D:getetag/>', fixed('-0500')))),
          ['floating.ics'],
        )
        expectNames(
          expectMultistatus(await t.owner.report(href, calendarQuery(range, '<D:getetag/>', fixed('+0100')))),
          [],
        )
      },
      { cite: 'RFC 4791 §7.3' },
    ),
    must(
      'use the time zone of the calendar when the request has none',
      'Without a zone in the request that of the calendar counts.',
      async (t) => {
        const href = await t.calendar()
        const zone = calendar([
          'BEGIN:VTIMEZONE',
          'TZID:Here',
          'BEGIN:STANDARD',
          'DTSTART:19700101T000000',
          'TZOFFSETFROM:-0500',
          'TZOFFSETTO:-0500',
          'END:STANDARD',
          'END:VTIMEZONE',
        ])
        await t.owner.proppatch(href, { 'C:calendar-timezone': zone })
        await t.object(
          href,
          calendar(event(t.name(), ['DTSTART:20260115T100000', 'DURATION:PT1H'])),
          'floating.ics',
        )
        const query = (start: string, end: string) =>
          t.owner.report(href, calendarQuery(compFilter('VEVENT', timeRange(start, end))))
        expectNames(expectMultistatus(await query('20260115T150000Z', '20260115T160000Z')), ['floating.ics'])
        expectNames(expectMultistatus(await query('20260115T100000Z', '20260115T110000Z')), [])
      },
      { cite: 'RFC 4791 §7.3' },
    ),
    must(
      'refuse a report nobody knows',
      'Reports a resource does not support are refused with supported-report.',
      async (t) => {
        expectStatus(await t.owner.report(await t.calendar(), xml('X:no-such-report')), 403, 415, 501, 405)
      },
      { cite: 'RFC 3253 §3.6' },
    ),
    must(
      'refuse a calendar-query body that is not well-formed with 400',
      'XML that is not well-formed is answered 400.',
      async (t) => {
        expectStatus(
          await t.owner.report(
            await t.calendar(),
            '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"><',
          ),
          400,
        )
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    must(
      'answer for the good objects even if a strange one is among them',
      'One object does not break the report over others.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()), 'good.ics')
        await t.owner.put(
          `${href}strange.ics`,
          calendar(event(t.name(), ['DTSTART;TZID=Mars/Olympus:20260310T100000', 'DURATION:PT1H'])),
        )
        const response = await t.owner.report(
          href,
          calendarQuery(compFilter('VEVENT', timeRange('20260301T000000Z', '20260401T000000Z'))),
        )
        expectMember(expectMultistatus(response), `${href}good.ics`)
      },
    ),
    ...(['min-date-time', 'max-date-time'] as const).map((name) =>
      must(
        `name ${name} for a query that reaches beyond it`,
        'Ranges of a query lie within the dates announced.',
        async (t) => {
          const href = await t.calendar()
          const limit = await t.owner.propertyText(href, `C:${name}`)
          const [first, last] = [Number(limit.slice(0, 4)) - 2, Number(limit.slice(0, 4)) + 2]
          const year = name === 'min-date-time' ? first : last
          if (limit === '' || year < 1 || year > 9999)
            return t.skip(`${name} is not there, or leaves nothing beyond`)
          const beyond = `${String(year).padStart(4, '0')}0101T000000Z`
          const range = name === 'min-date-time' ? timeRange(beyond, limit) : timeRange(limit, beyond)
          const response = await t.owner.report(href, calendarQuery(compFilter('VEVENT', range)))
          expectCondition(response, `C:${name}`)
        },
      ),
    ),
  ],
}
