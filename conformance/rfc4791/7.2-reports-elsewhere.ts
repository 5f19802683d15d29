import { must, type Section } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectNames,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { calendarData, calendarQuery, compFilter, propFilter, textMatch } from '../fixtures/reports.ts'
import { calendar, component, event } from '../ical/build.ts'
import { readCalendar } from '../ical/read.ts'
import { child } from '../xml/element.ts'

const custom = (uid: string): string =>
  calendar(
    event(uid, [
      'DTSTART:20260310T100000Z',
      'DURATION:PT1H',
      'X-MOOD;X-WHY=rain:gloomy',
      ...component('X-ROOM', ['X-SEATS:12']),
    ]),
  )

/** Reports beyond calendars, and what is not standard in them (RFC 4791 §7.2, §7.7). */
export const section: Section = {
  cite: 'RFC 4791 §7.2',
  title: 'Reports on other collections, and unregistered names',
  tests: [
    must(
      'answer a report on the home for the calendars below, or refuse it cleanly',
      'Reports may be offered on ordinary collections; then they cover the calendars inside.',
      async (t) => {
        const href = await t.object(await t.calendar(), custom(t.name()))
        const response = await t.owner.report(t.owner.home, calendarQuery(compFilter('VEVENT')), {
          depth: 'infinity',
        })
        if (response.status === 207) expectMember(response.multistatus(), href)
        else expectStatus(response, 403, 405, 415, 501)
      },
    ),
    must(
      'refuse a report on a plain collection that does not offer it',
      'supported-report-set says what a collection answers.',
      async (t) => {
        const href = await t.collection()
        const set = await t.owner.property(href, 'D:supported-report-set')
        if (child(set, 'D:supported-report') && /calendar-query/.test(set?.source ?? ''))
          return t.skip('plain collections offer calendar-query')
        const response = await t.owner.report(href, calendarQuery(compFilter('VEVENT')))
        expectTrue(response.status >= 400 && response.status < 500, 'It was answered', response.status)
      },
    ),
    must(
      'find an object by a property nobody has registered',
      'Filters may name non-standard properties, or are refused with supported-filter.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, custom(t.name()), 'custom.ics')
        const response = await t.owner.report(
          href,
          calendarQuery(compFilter('VEVENT', propFilter('X-MOOD', textMatch('gloomy')))),
        )
        if (response.conditions().includes('C:supported-filter')) return
        expectNames(expectMultistatus(response), ['custom.ics'])
      },
      { cite: 'RFC 4791 §7.7' },
    ),
    must(
      'find an object by a component nobody has registered',
      'Filters may name non-standard components, or are refused with supported-filter.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, custom(t.name()), 'custom.ics')
        const response = await t.owner.report(href, calendarQuery(compFilter('VEVENT', compFilter('X-ROOM'))))
        if (response.conditions().includes('C:supported-filter')) return
        expectNames(expectMultistatus(response), ['custom.ics'])
      },
      { cite: 'RFC 4791 §7.7' },
    ),
    must(
      'return what nobody has registered when it is asked for',
      'Partial retrieval may name non-standard properties and components.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, custom(t.name()), 'custom.ics')
        const wanted = calendarData(
          '<C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="X-MOOD"/><C:comp name="X-ROOM"><C:allprop/></C:comp></C:comp></C:comp>',
        )
        const found = expectMultistatus(
          await t.owner.report(href, calendarQuery(compFilter('VEVENT'), wanted)),
        )
        const text =
          found.responses[0]?.propstats[0]?.props.find((each) => each.name.endsWith('calendar-data'))?.text ??
          ''
        const [inside] = readCalendar(text).components
        expectSame(inside?.lines.map((line) => line.name).join(), 'X-MOOD', 'Other properties were given')
        expectSame(inside?.components.map((each) => each.name).join(), 'X-ROOM', 'The component is missing')
      },
      {
        cite: 'RFC 4791 §7.7, §9.6.1',
        why: 'RFC 4791 §7.7 has servers support non-standard names in calendar-data, so that clients can ask for them.',
      },
    ),
    must(
      'keep an attachment that is in the object',
      'Attachments may be inline, as BINARY in BASE64.',
      async (t) => {
        const data = Buffer.alloc(3000, 'attachment ').toString('base64')
        const line = `ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:${data}`
        const href = await t.object(
          await t.calendar(),
          calendar(event(t.name(), ['DTSTART:20260310T100000Z', 'DURATION:PT1H', line])),
        )
        const stored = readCalendar((await t.owner.get(href)).text).components[0]?.lines.find(
          (each) => each.name === 'ATTACH',
        )
        expectSame(stored?.value, data, 'The attachment differs')
      },
      { cite: 'RFC 4791 §8.5.1' },
    ),
    must(
      'leave an attachment elsewhere where it is',
      'The URI of an attachment is kept as it is.',
      async (t) => {
        const uri = 'https://files.example.com/a%20b?c=d&e#f'
        const href = await t.object(
          await t.calendar(),
          calendar(event(t.name(), ['DTSTART:20260310T100000Z', 'DURATION:PT1H', `ATTACH:${uri}`])),
        )
        expectTrue((await t.owner.get(href)).text.includes(uri), 'The URI differs')
      },
      { cite: 'RFC 4791 §8.5.2' },
    ),
  ],
}
