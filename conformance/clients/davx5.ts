import { must, type Section } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectProp,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { grant, privilegesIn, setAcl } from '../fixtures/acl.ts'
import { announces, ask, firstIs } from '../fixtures/replay.ts'
import { calendarQuery, compFilter, multiget, syncCollection, timeRange } from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { propOf } from '../multistatus.ts'
import { child } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

const onHome = [
  ...[
    'D:current-user-privilege-set',
    'D:displayname',
    'D:owner',
    'D:resourcetype',
    'P:transports',
    'P:topic',
    'ICAL:calendar-color',
  ],
  ...[
    'C:calendar-description',
    'C:calendar-timezone',
    'C:calendar-timezone-id',
    'C:supported-calendar-component-set',
    'CS:source',
  ],
]

/** DAVx5: setup, synchronising, collections. */
export const section: Section = {
  cite: 'DAVx5',
  title: 'DAVx5',
  tests: [
    must(
      'answer OPTIONS of the principal without a redirect',
      'Redirects are not followed here, and calendar-access decides.',
      async (t) => {
        const response = await t.owner.request('OPTIONS', t.owner.principal, {
          headers: { 'Content-Length': '0', 'Accept-Encoding': 'identity' },
        })
        expectStatus(response, 200, 204)
        announces(response, 'calendar-access')
      },
    ),
    must('give the list of the home', 'One PROPFIND of Depth 1 for twelve properties.', async (t) => {
      const href = await t.calendar()
      const found = expectMember(
        {
          responses: await ask(t, t.owner.home, onHome, '1'),
          syncToken: undefined,
          element: undefined as never,
        },
        href,
      )
      expectTrue(child(propOf(found, 'D:resourcetype'), 'C:calendar') !== undefined, 'It is no calendar')
      expectProp(found, 'D:current-user-privilege-set')
    }),
    must(
      'let calendars be made in the home',
      'bind among the privileges of the home allows it.',
      async (t) => {
        const privileges = privilegesIn(
          propOf(
            (await ask(t, t.owner.home, ['D:current-user-privilege-set']))[0],
            'D:current-user-privilege-set',
          ),
        )
        expectTrue(
          privileges.some((name) => ['D:bind', 'D:write', 'D:all'].includes(name)),
          'bind is missing',
          privileges.join(),
        )
      },
    ),
    must(
      'make a calendar whose type is in the body',
      'MKCALENDAR names the type and a time zone by its identifier.',
      async (t) => {
        t.need('method:MKCALENDAR')
        const href = `${t.owner.home}${t.name('davx')}/`
        t.after(() => t.owner.delete(href))
        const properties =
          '<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>DAVx</D:displayname><ICAL:calendar-color>#00FF00</ICAL:calendar-color><C:calendar-timezone-id>Europe/Vienna</C:calendar-timezone-id>'
        expectStatus(
          await t.owner.request('MKCALENDAR', href, {
            body: xml('C:mkcalendar', `<D:set><D:prop>${properties}</D:prop></D:set>`),
          }),
          201,
        )
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'DAVx', 'The name differs')
      },
    ),
    must('synchronise at Depth 0', 'The first sync asks for getetag and resourcetype.', async (t) => {
      t.need('report:D:sync-collection')
      const href = await t.calendar()
      const object = await t.object(href, simpleEvent(t.name()))
      const body = syncCollection('', { names: ['D:getetag', 'D:resourcetype'] })
      const found = expectMultistatus(await t.owner.report(href, body, { depth: '0' }))
      expectProp(expectMember(found, object), 'D:getetag')
      expectTrue(found.syncToken !== undefined, 'There is no token')
    }),
    must(
      'answer five fetches of ten at once',
      'Objects are fetched by parallel multigets of ten.',
      async (t) => {
        const href = await t.calendar()
        const hrefs: string[] = []
        for (let n = 0; n < 50; n++) hrefs.push(await t.object(href, simpleEvent(t.name())))
        const parts = Array.from({ length: 5 }, (_, n) => hrefs.slice(n * 10, n * 10 + 10))
        const asked = '<D:getcontenttype/><D:getetag/><C:schedule-tag/><C:calendar-data/>'
        const answers = await Promise.all(parts.map((part) => t.owner.report(href, multiget(part, asked))))
        expectSame(
          answers.flatMap((each) => expectMultistatus(each).responses).length,
          50,
          'Another number of responses',
        )
      },
    ),
    must('query from a day on', 'The window of the past is asked for by a start alone.', async (t) => {
      const href = await t.calendar()
      const object = await t.object(href, simpleEvent(t.name()))
      const found = expectMultistatus(
        await t.owner.report(href, calendarQuery(compFilter('VEVENT', timeRange('20260101T000000Z', '')))),
      )
      expectProp(expectMember(found, object), 'D:getetag')
    }),
    must(
      'name the condition when a token has ended',
      'Any error that holds valid-sync-token starts the sync again.',
      async (t) => {
        t.need('report:D:sync-collection')
        const response = await t.owner.report(await t.calendar(), syncCollection('data:,bogus'), {
          depth: '0',
        })
        expectCondition(response, 'D:valid-sync-token', [403, 409])
      },
    ),
    must(
      'refuse a write to what is read-only with need-privileges',
      '403 with D:need-privileges takes the local change back.',
      async (t) => {
        const href = await t.calendar()
        const set = await setAcl(t.owner, href, grant(t.other.principal, 'D:read'))
        if (set.status !== 200) return t.skip(`ACL refuses a grant with ${set.status}`)
        expectCondition(
          await t.other.put(`${href}new.ics`, simpleEvent(t.name())),
          'D:need-privileges',
          [403],
        )
      },
      { needs: ['user2', 'method:ACL'] },
    ),
    must('have an entity tag on every member', 'A member without one ends the sync.', async (t) => {
      const href = await t.calendar()
      await t.object(href, simpleEvent(t.name()))
      const responses = await ask(t, href, ['D:getetag'], '1')
      expectTrue(
        responses.slice(1).every((each) => propOf(each, 'D:getetag') !== undefined),
        'One has none',
      )
    }),
    must('answer for the calendar itself', 'Capabilities of a calendar are asked at Depth 0.', async (t) => {
      const href = await t.calendar()
      expectProp(
        firstIs(
          await ask(t, href, ['D:supported-report-set', 'D:sync-token', 'CS:getctag', 'C:max-resource-size']),
          href,
        ),
        'D:supported-report-set',
      )
    }),
    must('delete a calendar', 'DELETE of a collection is answered at once.', async (t) => {
      expectStatus(await t.owner.delete(await t.calendar()), 200, 204)
    }),
  ],
}
