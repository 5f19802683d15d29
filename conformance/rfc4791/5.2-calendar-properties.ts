import { must, type Section, should } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectPropStatus,
  expectSame,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { componentSet } from '../fixtures/populated.ts'
import { calendar } from '../ical/build.ts'
import { canonical, readCalendar } from '../ical/read.ts'
import { berlin } from '../ical/zones.ts'
import { propOf } from '../multistatus.ts'
import { childrenOf } from '../xml/element.ts'
import { clark } from '../xml/names.ts'
import { escapeXml } from '../xml/write.ts'

const limits = ['max-resource-size', 'max-instances', 'max-attendees-per-instance']
const dates = ['min-date-time', 'max-date-time']
const sections: Record<string, string> = {
  'max-resource-size': '5.2.5',
  'min-date-time': '5.2.6',
  'max-date-time': '5.2.7',
  'max-instances': '5.2.8',
  'max-attendees-per-instance': '5.2.9',
}
const hidden = [
  ...[
    'calendar-description',
    'calendar-timezone',
    'supported-calendar-component-set',
    'supported-calendar-data',
  ],
  ...limits,
  ...dates,
]

/** The properties of calendars (RFC 4791 §5.2). */
export const section: Section = {
  cite: 'RFC 4791 §5.2',
  title: 'Properties of calendars',
  tests: [
    must(
      'keep calendar-description',
      'The description of a calendar can be set and read.',
      async (t) => {
        const href = await t.calendar()
        expectSuccess(await t.owner.proppatch(href, { 'C:calendar-description': 'Was im Büro ansteht' }))
        expectSame(
          await t.owner.propertyText(href, 'C:calendar-description'),
          'Was im Büro ansteht',
          'The text differs',
        )
      },
      { cite: 'RFC 4791 §5.2.1' },
    ),
    must(
      'keep calendar-timezone',
      'The time zone of a calendar can be set and read.',
      async (t) => {
        const href = await t.calendar()
        expectSuccess(await t.owner.proppatch(href, { 'C:calendar-timezone': escapeXml(calendar(berlin)) }))
        const stored = readCalendar(await t.owner.propertyText(href, 'C:calendar-timezone'))
        expectSame(canonical(stored), canonical(readCalendar(calendar(berlin))), 'The time zone differs')
      },
      { cite: 'RFC 4791 §5.2.2' },
    ),
    must(
      'refuse a calendar-timezone that is no time zone',
      'The value is an iCalendar object with exactly one VTIMEZONE.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, { 'C:calendar-timezone': 'Europe/Berlin' })
        if (response.status === 403 || response.status === 409) return
        expectPropStatus(expectMember(expectMultistatus(response), href), 'C:calendar-timezone', 403, 409)
      },
      { cite: 'RFC 4791 §5.2.2' },
    ),
    must(
      'let calendar-timezone be removed',
      'A calendar need not have a time zone.',
      async (t) => {
        const href = await t.calendar()
        expectSuccess(await t.owner.proppatch(href, { 'C:calendar-timezone': escapeXml(calendar(berlin)) }))
        expectSuccess(await t.owner.proppatch(href, {}, ['C:calendar-timezone']))
        expectSame(
          await t.owner.propertyText(href, 'C:calendar-timezone'),
          '',
          'The time zone is still there',
        )
      },
      { cite: 'RFC 4791 §5.2.2' },
    ),
    must(
      'keep the component set a calendar was made with',
      'The set given at creation says what the calendar holds.',
      async (t) => {
        const set = await t.owner.property(
          await t.calendar(componentSet('VTODO')),
          'C:supported-calendar-component-set',
        )
        const names = childrenOf(set, 'C:comp').map((each) => each.attributes.get('name'))
        expectSame(names.join(), 'VTODO', 'The set differs')
      },
      { cite: 'RFC 4791 §5.2.3' },
    ),
    must(
      'name every component of supported-calendar-component-set',
      'Each comp element has a name attribute.',
      async (t) => {
        const set = await t.owner.property(await t.calendar(), 'C:supported-calendar-component-set')
        if (set === undefined) return t.skip('the calendar has no supported-calendar-component-set')
        const comps = childrenOf(set, 'C:comp')
        expectTrue(comps.length > 0, 'The set is empty', set.source)
        expectTrue(
          comps.every((each) => each.attributes.get('name')),
          'A comp has no name',
          set.source,
        )
      },
      { cite: 'RFC 4791 §5.2.3' },
    ),
    must(
      'refuse to change supported-calendar-component-set later',
      'The property is protected.',
      async (t) => {
        const href = await t.calendar(componentSet('VEVENT'))
        const response = await t.owner.proppatch(href, {
          'C:supported-calendar-component-set': '<C:comp name="VTODO"/>',
        })
        if (response.status !== 403) {
          expectPropStatus(
            expectMember(expectMultistatus(response), href),
            'C:supported-calendar-component-set',
            403,
          )
        }
      },
      { cite: 'RFC 4791 §5.2.3' },
    ),
    must(
      'list text/calendar 2.0 in supported-calendar-data',
      'iCalendar 2.0 is among the formats of every calendar.',
      async (t) => {
        const data = await t.owner.property(await t.calendar(), 'C:supported-calendar-data')
        if (data === undefined) return t.skip('the calendar has no supported-calendar-data')
        const types = data.children.filter((each) => each.name === clark('C:calendar-data'))
        const found = types.some(
          (each) => (each.attributes.get('content-type') ?? 'text/calendar') === 'text/calendar',
        )
        expectTrue(found, 'text/calendar is missing', data.source)
      },
      { cite: 'RFC 4791 §5.2.4' },
    ),
    ...limits.map((name) =>
      must(
        `give ${name} as a positive number`,
        'Limits are whole numbers above 0, and protected.',
        async (t) => {
          const value = await t.owner.propertyText(await t.calendar(), `C:${name}`)
          if (value === '') t.skip(`${name} is not there`)
          expectTrue(/^[1-9]\d*$/.test(value), 'It is no such number', value)
        },
        { cite: `RFC 4791 §${sections[name]}` },
      ),
    ),
    ...dates.map((name) =>
      must(
        `give ${name} as a UTC date with time`,
        'The earliest and latest dates are UTC date-time values.',
        async (t) => {
          const value = await t.owner.propertyText(await t.calendar(), `C:${name}`)
          if (value === '') t.skip(`${name} is not there`)
          expectTrue(/^\d{8}T\d{6}Z$/.test(value), 'It is no such value', value)
        },
        { cite: `RFC 4791 §${sections[name]}` },
      ),
    ),
    ...[...limits, ...dates, 'supported-calendar-data'].map((name) =>
      must(
        `refuse to set ${name}`,
        'The property is protected.',
        async (t) => {
          const href = await t.calendar()
          if ((await t.owner.property(href, `C:${name}`)) === undefined) t.skip(`${name} is not there`)
          const response = await t.owner.proppatch(href, { [`C:${name}`]: '1' })
          if (response.status !== 403)
            expectPropStatus(expectMember(expectMultistatus(response), href), `C:${name}`, 403)
        },
        { cite: `RFC 4791 §${sections[name] ?? '5.2.4'}` },
      ),
    ),
    should(
      'leave the properties of CalDAV out of allprop',
      'They are returned only when asked for by name.',
      async (t) => {
        const href = await t.calendar('<C:calendar-description>Hidden</C:calendar-description>')
        const found = expectMember(
          expectMultistatus(await t.owner.request('PROPFIND', href, { depth: '0' })),
          href,
        )
        const shown = hidden.filter((name) => propOf(found, `C:${name}`) !== undefined)
        expectSame(shown.join(), '', 'allprop returned some')
      },
    ),
  ],
}
