import { must, type Section, should } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectNames,
  expectProp,
  expectSame,
  expectStatus,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { componentSet } from '../fixtures/populated.ts'
import { announces, ask, calendarsAmong, followWellKnown, hrefOf } from '../fixtures/replay.ts'
import {
  calendarData,
  calendarQuery,
  compFilter,
  freeBusyQuery,
  multiget,
  syncCollection,
  timeRange,
} from '../fixtures/reports.ts'
import { calendar, event, simpleEvent } from '../ical/build.ts'
import { componentsOf, readCalendar } from '../ical/read.ts'
import { propOf } from '../multistatus.ts'
import { extendedMkcol } from '../target/target.ts'
import { propNames, xml } from '../xml/write.ts'

const evolutionHome = [
  'D:resourcetype',
  'CS:source',
  'C:supported-calendar-component-set',
  'D:displayname',
  'D:getetag',
  'CS:getctag',
  'D:getcontenttype',
  'D:getcontentlength',
  'D:creationdate',
  'D:getlastmodified',
  'C:calendar-description',
  'ICAL:calendar-color',
  'ICAL:calendar-order',
]

/** Evolution, KOrganizer, Outlook CalDav Synchronizer, vdirsyncer, tsdav and python-caldav. */
export const section: Section = {
  cite: 'Other clients',
  title: 'Evolution, KOrganizer, Outlook CalDav Synchronizer, vdirsyncer, tsdav',
  tests: [
    should(
      'let Evolution ask OPTIONS of the well-known URI',
      'GNOME Online Accounts falls back to OPTIONS of /.well-known/caldav.',
      async (t) => {
        const response = await t.owner.options('/.well-known/caldav')
        expectStatus(response, 200, 204, 301, 302, 307, 308)
      },
    ),
    must('let Evolution list the home', 'Thirteen properties of every member at Depth 1.', async (t) => {
      const href = await t.calendar()
      const found = (await ask(t, t.owner.home, evolutionHome, '1')).find((each) =>
        each.href.includes(href.split('/').at(-2) ?? ''),
      )
      expectProp(found, 'C:supported-calendar-component-set')
    }),
    must(
      'let Evolution open a calendar',
      'calendar-access comes from OPTIONS of the calendar itself.',
      async (t) => {
        announces(await t.owner.options(await t.calendar()), 'calendar-access')
      },
    ),
    must(
      'let Evolution make a calendar that names VFREEBUSY',
      'Component sets may name what the server does not store.',
      async (t) => {
        const href = `${t.owner.home}${t.name('evo')}/`
        expectStatus(
          await t.makeCalendar(
            href,
            `<D:displayname>Evolution</D:displayname>${componentSet('VEVENT', 'VFREEBUSY', 'VTIMEZONE')}`,
          ),
          201,
        )
        expectStatus(await t.owner.put(`${href}one.ics`, simpleEvent(t.name())), 201)
      },
    ),
    must('let Evolution store in chunks', 'Bodies may come without a length.', async (t) => {
      const response = await t.owner.request('PUT', `${await t.calendar()}chunks.ics`, {
        body: simpleEvent(t.name()),
        chunked: 64,
        headers: { 'Content-Type': 'text/calendar', Prefer: 'return=minimal', 'If-None-Match': '*' },
      })
      expectStatus(response, 201)
    }),
    must(
      'let Evolution ask for busy time at Depth infinity',
      'free-busy-query is sent with Depth infinity.',
      async (t) => {
        t.need('report:C:free-busy-query')
        expectStatus(
          await t.owner.report(await t.calendar(), freeBusyQuery('20260310T000000Z', '20260311T000000Z'), {
            depth: 'infinity',
          }),
          200,
        )
      },
    ),
    must(
      'let Evolution store zones named its own way',
      'TZID may begin with /freeassociation.sourceforge.net/.',
      async (t) => {
        const tzid = '/freeassociation.sourceforge.net/America/New_York'
        const zone = [
          'BEGIN:VTIMEZONE',
          `TZID:${tzid}`,
          'X-LIC-LOCATION:America/New_York',
          'BEGIN:STANDARD',
          'DTSTART:19701101T020000',
          'TZOFFSETFROM:-0400',
          'TZOFFSETTO:-0500',
          'END:STANDARD',
          'END:VTIMEZONE',
        ]
        const text = calendar(
          zone,
          event(t.name(), [`DTSTART;TZID=${tzid}:20260115T100000`, 'DURATION:PT1H']),
        )
        expectStatus(await t.owner.put(`${await t.calendar()}evo.ics`, text), 201)
      },
    ),
    must(
      'let KOrganizer query events, tasks and journals of any calendar',
      'Three queries are sent whatever the calendar holds.',
      async (t) => {
        const href = await t.calendar(componentSet('VEVENT'))
        await t.object(href, simpleEvent(t.name()), 'one.ics')
        for (const [component, names] of [
          ['VEVENT', ['one.ics']],
          ['VTODO', []],
          ['VJOURNAL', []],
        ] as const) {
          expectNames(
            expectMultistatus(await t.owner.report(href, calendarQuery(compFilter(component)))),
            names,
          )
        }
      },
    ),
    must(
      'let KOrganizer make a calendar by extended MKCOL',
      'The component list may name VCALENDAR, VFREEBUSY and VTIMEZONE.',
      async (t) => {
        t.need('dav:extended-mkcol')
        const href = `${t.owner.home}${t.name('kde')}/`
        t.after(() => t.owner.delete(href))
        const body = extendedMkcol(
          `<D:displayname>KDE</D:displayname><ICAL:calendar-color>#112233FF</ICAL:calendar-color>${componentSet('VCALENDAR', 'VEVENT', 'VTODO', 'VFREEBUSY', 'VTIMEZONE')}`,
        )
        expectStatus(await t.owner.request('MKCOL', href, { body }), 201)
      },
    ),
    must('let KOrganizer move with Overwrite: T', 'MOVE is always sent with Overwrite.', async (t) => {
      t.need('method:MOVE')
      const [from, to] = [await t.calendar(), await t.calendar()]
      const href = await t.object(from, simpleEvent(t.name()), 'kde.ics')
      expectStatus(await t.owner.move(href, `${to}kde.ics`, { Overwrite: 'T' }), 201, 204)
    }),
    must(
      'let KOrganizer read the one propstat of 200',
      'Only the last propstat of 200 is read.',
      async (t) => {
        const names = [
          'D:displayname',
          'D:resourcetype',
          'ICAL:calendar-color',
          'C:supported-calendar-component-set',
          'D:current-user-privilege-set',
          'CS:getctag',
          'P:transports',
          'P:topic',
        ]
        await t.calendar()
        for (const each of calendarsAmong(await ask(t, t.owner.home, names, '1'))) {
          expectSame(each.propstats.filter((one) => one.status === 200).length, 1, 'There are several')
        }
      },
    ),
    must(
      'let Outlook find what it needs on every calendar',
      'displayname and supported-calendar-component-set are there, and calendar-query among the reports.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Outlook</D:displayname>')
        const [found] = await ask(t, href, [
          'D:displayname',
          'C:supported-calendar-component-set',
          'D:supported-report-set',
        ])
        expectProp(found, 'D:displayname')
        expectProp(found, 'C:supported-calendar-component-set')
        expectTrue(
          expectProp(found, 'D:supported-report-set').source.includes('calendar-query'),
          'calendar-query is missing',
        )
      },
    ),
    must(
      'let Outlook read principals as absolute paths',
      'The text of the href is appended to the authority as it is.',
      async (t) => {
        const [found] = await ask(t, t.owner.home, [
          'D:current-user-principal',
          'D:principal-URL',
          'D:resourcetype',
        ])
        const text = propOf(found, 'D:current-user-principal')?.children[0]?.text ?? ''
        expectTrue(/^\/\S*$/.test(text), 'It is another form', JSON.stringify(text))
      },
    ),
    must(
      'let Outlook make a calendar by its type alone, then name it',
      'MKCOL with resourcetype only, then PROPPATCH of name and colour.',
      async (t) => {
        t.need('dav:extended-mkcol')
        const href = `${t.owner.home}${t.name('outlook')}/`
        t.after(() => t.owner.delete(href))
        expectStatus(await t.owner.request('MKCOL', href, { body: extendedMkcol('') }), 201)
        expectSuccess(
          await t.owner.proppatch(href, { 'D:displayname': 'Outlook', 'ICAL:calendar-color': '#AABBCCFF' }),
        )
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'Outlook', 'The name differs')
      },
    ),
    must(
      'let Outlook store zones by their Windows names',
      'TZID may be the name Windows gives a zone, with its definition.',
      async (t) => {
        const zone = [
          'BEGIN:VTIMEZONE',
          'TZID:W. Europe Standard Time',
          'BEGIN:STANDARD',
          'DTSTART:16010101T030000',
          'TZOFFSETFROM:+0200',
          'TZOFFSETTO:+0100',
          'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
          'END:STANDARD',
          'BEGIN:DAYLIGHT',
          'DTSTART:16010101T020000',
          'TZOFFSETFROM:+0100',
          'TZOFFSETTO:+0200',
          'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
          'END:DAYLIGHT',
          'END:VTIMEZONE',
        ]
        const href = await t.calendar()
        await t.object(
          href,
          calendar(
            zone,
            event(t.name(), ['DTSTART;TZID=W. Europe Standard Time:20260715T100000', 'DURATION:PT1H']),
          ),
          'win.ics',
        )
        const query = calendarQuery(compFilter('VEVENT', timeRange('20260715T080000Z', '20260715T083000Z')))
        expectNames(expectMultistatus(await t.owner.report(href, query)), ['win.ics'])
      },
    ),
    must(
      'let vdirsyncer list and fetch without a gap',
      'Every listed href is found by multiget, with the same tag.',
      async (t) => {
        const href = await t.calendar()
        for (let n = 0; n < 5; n++) await t.object(href, simpleEvent(t.name()))
        const listed = (await ask(t, href, ['D:resourcetype', 'D:getcontenttype', 'D:getetag'], '1')).slice(1)
        const fetched = expectMultistatus(
          await t.owner.report(href, multiget(listed.map((each) => each.href))),
        )
        for (const each of listed) {
          const found = expectMember(fetched, each.href)
          expectSame(propOf(found, 'D:getetag')?.text, propOf(each, 'D:getetag')?.text, 'The tags differ')
        }
      },
    ),
    must(
      'let vdirsyncer set its metadata',
      'displayname, colour, description and order are set by PROPPATCH.',
      async (t) => {
        const href = await t.calendar()
        const values = {
          'D:displayname': 'Meta',
          'ICAL:calendar-color': '#123456',
          'C:calendar-description': 'Described',
          'ICAL:calendar-order': '2',
        }
        expectSuccess(await t.owner.proppatch(href, values))
        for (const [name, value] of Object.entries(values)) {
          expectSame(
            (await t.owner.propertyText(href, name)).slice(0, value.length),
            value,
            `${name} differs`,
          )
        }
      },
    ),
    must(
      'let tsdav find the service without Depth',
      'PROPFIND of the well-known URI has no Depth and wants a redirect.',
      async (t) => {
        const response = await t.owner.request('PROPFIND', '/.well-known/caldav', {
          body: xml('D:propfind', propNames(['D:current-user-principal'])),
        })
        expectStatus(response, 301, 302, 303, 307, 308)
        hrefOf(
          (await ask(t, await followWellKnown(t, '/.well-known/caldav'), ['D:current-user-principal']))[0],
          'D:current-user-principal',
        )
      },
    ),
    must(
      'let tsdav synchronise without Depth and without a token',
      'Neither Depth nor sync-token is sent the first time.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = xml('D:sync-collection', `<D:sync-level>1</D:sync-level>${propNames(['D:getetag'])}`)
        const found = expectMultistatus(await t.owner.request('REPORT', href, { body }))
        expectMember(found, object)
        expectTrue(found.syncToken !== undefined, 'There is no token')
      },
    ),
    must(
      'let tsdav synchronise without a level',
      'Without level and Depth the calendar alone is meant.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = syncCollection('', { level: '' })
        expectMember(expectMultistatus(await t.owner.request('REPORT', href, { body })), object)
      },
    ),
    must('let tsdav expand in a query', 'Instances of a range come expanded from one report.', async (t) => {
      const href = await t.calendar()
      await t.object(
        href,
        calendar(event(t.name(), ['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=5'])),
      )
      const range = ['20260602T000000Z', '20260604T000000Z'] as const
      const data = calendarData(`<C:expand start="${range[0]}" end="${range[1]}"/>`)
      const [found] = expectMultistatus(
        await t.owner.report(href, calendarQuery(compFilter('VEVENT', timeRange(...range)), data)),
      ).responses
      expectSame(
        componentsOf(readCalendar(expectProp(found, 'C:calendar-data').text), 'VEVENT').length,
        2,
        'Another number of instances',
      )
    }),
    must('send XML as XML', 'The Content-Type of a multistatus contains xml.', async (t) => {
      expectTrue(
        /xml/.test((await t.owner.propfind(t.owner.home, ['D:resourcetype'])).header('content-type')),
        'It does not',
      )
    }),
    must(
      'let python-caldav search what is not defined',
      'is-not-defined and text-match are combined.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name(), 'Plain'), 'plain.ics')
        const filter = compFilter('VEVENT', '<C:prop-filter name="RRULE"><C:is-not-defined/></C:prop-filter>')
        expectNames(expectMultistatus(await t.owner.report(href, calendarQuery(filter, calendarData()))), [
          'plain.ics',
        ])
      },
    ),
    should(
      'let a browser ask beforehand',
      'A preflight is answered without credentials, or refused; it never reaches a page that logs in.',
      async (t) => {
        const response = await t.anonymous.request('OPTIONS', t.owner.home, {
          headers: {
            Origin: 'https://app.example',
            'Access-Control-Request-Method': 'PROPFIND',
            'Access-Control-Request-Headers': 'depth,authorization',
          },
        })
        expectStatus(response, 200, 204, 401, 403)
      },
    ),
  ],
}
