import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectProp,
  expectSame,
  expectStatus,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { onHome, onPrincipal } from '../fixtures/apple-properties.ts'
import { componentSet } from '../fixtures/populated.ts'
import { announces, ask, calendarsAmong, firstIs, followWellKnown, hrefOf } from '../fixtures/replay.ts'
import {
  calendarData,
  calendarQuery,
  compFilter,
  multiget,
  syncCollection,
  timeRange,
} from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { propOf } from '../multistatus.ts'
import { childrenOf, findAll } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

const headers = { Prefer: 'return=minimal', Brief: 't', Accept: '*/*' }
const setup = ['D:current-user-principal', 'D:principal-URL', 'D:resourcetype']
/** Apple Calendar on macOS and iOS: what it sends, in its order. */
export const section: Section = {
  cite: 'Apple Calendar',
  title: 'Apple Calendar',
  tests: [
    must(
      'be found from the well-known URI',
      'Setup begins with PROPFIND of /.well-known/caldav and follows the redirect.',
      async (t) => {
        const root = await followWellKnown(t, '/.well-known/caldav', headers)
        hrefOf((await ask(t, root, setup, '0', headers))[0], 'D:current-user-principal')
      },
    ),
    must(
      'challenge every step that comes without credentials',
      'Each step is first sent without Authorization and waits for 401.',
      async (t) => {
        for (const href of [t.owner.principal, t.owner.home, await t.calendar()]) {
          const response = await t.anonymous.propfind(href, setup, '0', headers)
          expectStatus(response, 401)
          expectTrue(
            /\bbasic\b/i.test(response.header('www-authenticate')),
            'Basic is not offered',
            response.header('www-authenticate'),
          )
        }
      },
    ),
    must(
      'give the principal list with a home',
      'The answer holds calendar-home-set and displayname, the rest as far as it goes.',
      async (t) => {
        const first = firstIs(await ask(t, t.owner.principal, onPrincipal, '0', headers), t.owner.principal)
        hrefOf(first, 'C:calendar-home-set')
        expectProp(first, 'D:displayname')
      },
    ),
    must(
      'announce calendar-access in OPTIONS of the principal',
      'Without it the account is given up.',
      async (t) => {
        const response = await t.owner.options(t.owner.principal)
        expectStatus(response, 200, 204)
        announces(response, 'calendar-access')
      },
    ),
    must(
      'announce the DAV header with PROPFIND as well',
      'iCal reads the DAV header of PROPFIND answers.',
      async (t) => {
        announces(await t.owner.propfind(t.owner.home, ['D:resourcetype']), 'calendar-access')
      },
    ),
    must(
      'expand delegates on the principal, even if there are none',
      'expand-property of the proxy properties is sent at every setup.',
      async (t) => {
        const inner =
          '<D:property name="displayname"/><D:property name="calendar-user-address-set" namespace="urn:ietf:params:xml:ns:caldav"/>'
        const body = ['read', 'write'].map(
          (kind) =>
            `<D:property name="calendar-proxy-${kind}-for" namespace="http://calendarserver.org/ns/">${inner}</D:property>`,
        )
        const response = await t.owner.report(t.owner.principal, xml('D:expand-property', body.join('')), {
          depth: '0',
        })
        expectStatus(response, 207)
      },
    ),
    must(
      'list the home with everything asked for',
      'One PROPFIND of Depth 1 draws the whole list of calendars.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Listed</D:displayname>')
        const responses = await ask(t, t.owner.home, onHome, '1', headers)
        firstIs(responses, t.owner.home)
        const found = calendarsAmong(responses).find((each) =>
          each.href.includes(href.split('/').at(-2) ?? ''),
        )
        for (const name of [
          'D:displayname',
          'D:current-user-privilege-set',
          'C:supported-calendar-component-set',
          'D:supported-report-set',
        ])
          expectProp(found, name)
      },
    ),
    must(
      'give calendars exactly the types collection and calendar',
      'Any other type hides the calendar.',
      async (t) => {
        const type = await t.owner.property(await t.calendar(), 'D:resourcetype')
        const names = (type?.children ?? []).map((each) => each.name).sort()
        expectSame(
          names.join(),
          '{DAV:}collection,{urn:ietf:params:xml:ns:caldav}calendar',
          'The types differ',
        )
      },
    ),
    should(
      'list sync-collection among the reports of the home',
      'Otherwise no calendar is synchronised by token.',
      async (t) => {
        t.need('report:D:sync-collection')
        t.need('home-report:D:sync-collection')
      },
    ),
    must('have a home that is no calendar itself', 'The home is a container of calendars.', async (t) => {
      expectSame(
        findAll(await t.owner.property(t.owner.home, 'D:resourcetype'), 'C:calendar').length,
        0,
        'It is a calendar',
      )
    }),
    must(
      'answer the walk of fallback addresses without 405',
      'Where the well-known URI fails, setup tries / and /principals/.',
      async (t) => {
        for (const path of ['/', '/principals/', '/calendar/dav/someone/user/']) {
          for (const method of ['PROPFIND', 'HEAD']) {
            const response = await t.owner.request(method, path, { depth: '0' })
            expectTrue(response.status !== 405 && response.status < 500, `${method} ${path}`, response.status)
          }
        }
      },
      {
        why: 'Setup of macOS gives up at a 405 of / or /principals/ (Baikal#1121 and #1030); 404 and 401 let it go on.',
      },
    ),
    must(
      'synchronise by a report of Depth 1 without sync-level',
      'The level is then taken from Depth.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = syncCollection('', { level: '', names: ['D:getcontenttype', 'D:getetag'] })
        const found = expectMultistatus(await t.owner.report(href, body, { depth: '1', headers }))
        expectProp(expectMember(found, object), 'D:getetag')
      },
      { cite: 'RFC 6578 §3.2' },
    ),
    must(
      'start again after a token that is refused',
      'A bogus token is 403 with valid-sync-token, an empty one works.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        expectCondition(
          await t.owner.report(href, syncCollection('data:,bogus', { level: '' }), { depth: '1' }),
          'D:valid-sync-token',
          [403],
        )
        expectStatus(await t.owner.report(href, syncCollection('', { level: '' }), { depth: '1' }), 207)
      },
    ),
    must('fetch fifty objects at once', 'Batches of fifty are fetched with schedule-tag.', async (t) => {
      const href = await t.calendar()
      const hrefs: string[] = []
      for (let n = 0; n < 50; n++) hrefs.push(await t.object(href, simpleEvent(t.name())))
      const response = await t.owner.request('REPORT', href, {
        body: multiget(hrefs, '<D:getetag/><C:calendar-data/><C:schedule-tag/>'),
      })
      expectSame(expectMultistatus(response).responses.length, 50, 'Another number of responses')
    }),
    must(
      'live through the life of an event',
      'PUT, GET, PUT with If-Match, an empty If-Schedule-Tag-Match, DELETE, and 404 after.',
      async (t) => {
        const uid = t.name().toUpperCase()
        const href = `${await t.calendar()}${uid}.ics`
        expectStatus(await t.owner.put(href, simpleEvent(uid), { 'If-None-Match': '*' }), 201)
        const etag = (await t.owner.get(href)).header('etag')
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Two'), { 'If-Match': etag }), 204, 200)
        expectStatus(
          await t.owner.put(href, simpleEvent(uid, 'Three'), { 'If-Schedule-Tag-Match': '' }),
          204,
          200,
        )
        expectStatus(await t.owner.delete(href), 204, 200)
        expectStatus(await t.owner.get(href), 404)
        expectStatus(await t.owner.delete(href), 404)
      },
    ),
    must(
      'live through the life of a calendar',
      'MKCALENDAR with its properties, a look, a new name, DELETE.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal').toUpperCase()}/`
        const zone =
          'BEGIN:VCALENDAR&#13;\nVERSION:2.0&#13;\nPRODID:-//Apple Inc.//EN&#13;\nBEGIN:VTIMEZONE&#13;\nTZID:Europe/Berlin&#13;\nBEGIN:STANDARD&#13;\nDTSTART:19961027T030000&#13;\nTZOFFSETFROM:+0200&#13;\nTZOFFSETTO:+0100&#13;\nEND:STANDARD&#13;\nEND:VTIMEZONE&#13;\nEND:VCALENDAR&#13;\n'
        const properties = `${componentSet('VEVENT')}<D:displayname>Apple</D:displayname><ICAL:calendar-color symbolic-color="red">#FF2968FF</ICAL:calendar-color><ICAL:calendar-order>4</ICAL:calendar-order><C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp><C:calendar-timezone>${zone}</C:calendar-timezone>`
        expectStatus(await t.makeCalendar(href, properties), 201)
        const set = await t.owner.property(href, 'C:supported-calendar-component-set')
        expectSame(
          childrenOf(set, 'C:comp')
            .map((each) => each.attributes.get('name'))
            .join(),
          'VEVENT',
          'The component set differs',
        )
        expectSuccess(await t.owner.proppatch(href, { 'D:displayname': 'Renamed' }))
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'Renamed', 'The name differs')
        expectStatus(await t.owner.delete(href), 204, 200)
      },
    ),
    must(
      'make a subscription, or refuse it with 403',
      'MKCALENDAR with a type of CS:subscribed is a subscription.',
      async (t) => {
        t.need('method:MKCALENDAR')
        const href = `${t.owner.home}${t.name('sub')}/`
        t.after(() => t.owner.delete(href))
        const properties =
          '<D:resourcetype><D:collection/><CS:subscribed/></D:resourcetype><CS:source><D:href>https://example.com/feed.ics</D:href></CS:source><D:displayname>Feed</D:displayname>'
        const body = xml('C:mkcalendar', `<D:set><D:prop>${properties}</D:prop></D:set>`)
        expectStatus(await t.owner.request('MKCALENDAR', href, { body }), 201, 403)
      },
    ),
    must(
      'move an event between calendars',
      'The event is gone from one and there in the other.',
      async (t) => {
        t.need('method:MOVE')
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()), 'moved.ics')
        expectStatus(await t.owner.move(href, `${to}moved.ics`), 201, 204)
        expectStatus(await t.owner.get(href), 404)
        expectStatus(await t.owner.get(`${to}moved.ics`), 200)
      },
    ),
    must(
      'accept a user name whose @ is escaped',
      'iOS 18.4 and later escape the user name in Basic credentials.',
      async (t) => {
        const { username, password } = t.owner.account.credentials
        const escaped = encodeURIComponent(username)
        if (escaped === username) {
          const first = username.charCodeAt(0).toString(16)
          return expectStatus(
            await t.as(`%${first}${username.slice(1)}`, password).propfind(t.owner.home, ['D:resourcetype']),
            207,
          )
        }
        expectStatus(await t.as(escaped, password).propfind(t.owner.home, ['D:resourcetype']), 207)
      },
      {
        why: 'iOS and iPadOS since 18.4 send the user name of Basic credentials percent-encoded (nextcloud/server#52476, mailcow#6445).',
      },
    ),
    must('query events from a day on', 'iOS without sync asks with a start alone.', async (t) => {
      const href = await t.calendar()
      await t.object(href, simpleEvent(t.name()), 'later.ics')
      const body = calendarQuery(
        compFilter('VEVENT', timeRange('20260201T000000Z', '')),
        '<D:getetag/><D:getcontenttype/>',
      )
      expectMember(expectMultistatus(await t.owner.report(href, body)), `${href}later.ics`)
    }),
    must(
      'answer a query for tasks in a calendar of events',
      'An unsupported component is answered by an empty multistatus.',
      async (t) => {
        const href = await t.calendar(componentSet('VEVENT'))
        await t.object(href, simpleEvent(t.name()))
        const found = expectMultistatus(
          await t.owner.report(href, calendarQuery(compFilter('VTODO'), calendarData())),
        )
        expectSame(found.responses.length, 0, 'Something was found')
      },
    ),
    must('give one 200 propstat in each response', 'Only one propstat of 200 is read.', async (t) => {
      for (const each of await ask(t, t.owner.home, onHome, '1')) {
        expectTrue(
          each.propstats.filter((one) => one.status === 200).length <= 1,
          'There are several',
          each.href,
        )
      }
    }),
    must(
      'write status lines in capitals with a reason',
      'Status lines read like HTTP/1.1 200 OK.',
      async (t) => {
        const response = await t.owner.propfind(t.owner.home, setup, '0')
        expectTrue(
          findAll(response.xml(), 'D:status').every((each) => /^HTTP\/1\.1 \d{3} [A-Z]/.test(each.text)),
          'One differs',
        )
      },
    ),
    must(
      'list only mailto addresses, or mark the preferred one',
      'The first URI in alphabetical order is taken for the address of the user.',
      async (t) => {
        t.need('address')
        const set = await t.owner.property(t.owner.principal, 'C:calendar-user-address-set')
        const hrefs = childrenOf(set, 'D:href')
        const isClear =
          hrefs.some((each) => each.attributes.has('preferred')) ||
          hrefs.every((each) => /^mailto:/i.test(each.text.trim()))
        expectTrue(isClear, 'Another URI may be taken', set?.source)
      },
      {
        why: 'macOS takes the first address in alphabetical order unless one is marked preferred="1"; a path then becomes the organizer of new events.',
      },
    ),
    must(
      'propose nothing to notice by push without being able to',
      'push-transports and pushkey are there only with a push service.',
      async (t) => {
        const found = (await ask(t, t.owner.home, ['CS:push-transports', 'CS:pushkey']))[0]
        if (propOf(found, 'CS:push-transports') !== undefined) expectProp(found, 'CS:pushkey')
      },
    ),
  ],
}
