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
import { privilegesIn } from '../fixtures/acl.ts'
import { announces, ask, calendarsAmong, firstIs, followWellKnown, hrefOf } from '../fixtures/replay.ts'
import { multiget, syncCollection } from '../fixtures/reports.ts'
import { parentOf } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { propOf } from '../multistatus.ts'
import { textOf } from '../xml/element.ts'

const detection = [
  'D:resourcetype',
  'D:owner',
  'D:displayname',
  'D:current-user-principal',
  'D:current-user-privilege-set',
  'ICAL:calendar-color',
  'C:calendar-home-set',
]
const calendarProperties = [
  'D:resourcetype',
  'D:owner',
  'D:current-user-principal',
  'D:current-user-privilege-set',
  'D:supported-report-set',
  'C:supported-calendar-component-set',
  'CS:getctag',
]

/** Thunderbird: adding an account, synchronising, writing. */
export const section: Section = {
  cite: 'Thunderbird',
  title: 'Thunderbird',
  tests: [
    must(
      'be found from the well-known URI',
      'Detection asks seven properties and goes on to the principal and the home.',
      async (t) => {
        const root = await followWellKnown(t, '/.well-known/caldav')
        const principal = hrefOf((await ask(t, root, detection))[0], 'D:current-user-principal')
        const home = hrefOf((await ask(t, principal, ['C:calendar-home-set']))[0], 'C:calendar-home-set')
        await t.calendar('<D:displayname>Found</D:displayname>')
        const found = calendarsAmong(
          await ask(
            t,
            home,
            ['D:resourcetype', 'D:displayname', 'D:current-user-privilege-set', 'ICAL:calendar-color'],
            '1',
          ),
        )
        expectTrue(
          found.some((each) => textOf(propOf(each, 'D:displayname')) === 'Found'),
          'The calendar is missing',
          found.length,
        )
      },
    ),
    must(
      'answer for the calendar first',
      'Only the first response of a Depth 0 answer is read.',
      async (t) => {
        const href = await t.calendar()
        expectProp(firstIs(await ask(t, href, calendarProperties), href), 'D:resourcetype')
      },
    ),
    must(
      'be taken for writable',
      'write, write-content, bind or all among the privileges make a calendar writable.',
      async (t) => {
        const href = await t.calendar()
        const privileges = privilegesIn(
          propOf((await ask(t, href, calendarProperties))[0], 'D:current-user-privilege-set'),
        )
        const isWritable = privileges.some((name) =>
          ['D:write', 'D:write-content', 'D:bind', 'D:all'].includes(name),
        )
        expectTrue(isWritable || privileges.length === 0, 'It is read-only', privileges.join())
      },
    ),
    must(
      'answer OPTIONS at the parent of the calendar',
      'Features are read from the DAV header of the parent; 404 costs another request, 500 ends it.',
      async (t) => {
        const response = await t.owner.options(parentOf(await t.calendar()))
        expectStatus(response, 200, 204)
        announces(response, 'calendar-access')
      },
    ),
    must('begin the DAV header with 1', 'The first token is thrown away.', async (t) => {
      expectSame((await t.owner.options(t.owner.home)).list('dav')[0], '1', 'It begins with something else')
    }),
    must(
      'synchronise by a report of Depth 1 with sync-level 1',
      'Depth 1 is sent together with sync-level.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = syncCollection('', { names: ['D:getcontenttype', 'D:getetag'] })
        const found = expectMember(
          expectMultistatus(await t.owner.report(href, body, { depth: '1' })),
          object,
        )
        expectTrue(/^text\/calendar/.test(textOf(expectProp(found, 'D:getcontenttype'))), 'The type differs')
      },
    ),
    must(
      'fetch by hrefs whose escapes are its own',
      'Each segment of an href is escaped anew, : and @ included.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()), 'uid@host:8.ics')
        const spelled = `${href}${encodeURIComponent('uid@host:8.ics')}`
        const [found] = expectMultistatus(await t.owner.report(href, multiget([spelled]))).responses
        expectProp(found, 'C:calendar-data')
      },
    ),
    must(
      'tell what was deleted elsewhere by 404, and nothing by any other status',
      'Any response-level status but 404 and 507 makes the run fail.',
      async (t) => {
        t.need('report:D:sync-collection')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        await t.object(href, simpleEvent(t.name()))
        const token =
          expectMultistatus(await t.owner.report(href, syncCollection(''), { depth: '1' })).syncToken ?? ''
        await t.owner.delete(object)
        const found = expectMultistatus(await t.owner.report(href, syncCollection(token), { depth: '1' }))
        expectSame(expectMember(found, object).status, 404, 'The status differs')
        expectTrue(
          found.responses.every((each) => [undefined, 404, 507].includes(each.status)),
          'Another status was given',
        )
      },
    ),
    must(
      'refuse a bogus token with a D:error that is not empty',
      '403 with an empty error is taken for a rate limit.',
      async (t) => {
        t.need('report:D:sync-collection')
        const response = await t.owner.report(await t.calendar(), syncCollection('data:,bogus'), {
          depth: '1',
        })
        expectCondition(response, 'D:valid-sync-token', [403])
      },
    ),
    must(
      'write, be refused a stale write, and delete',
      'If-None-Match on create, If-Match on change and delete.',
      async (t) => {
        const uid = t.name()
        const href = `${await t.calendar()}${uid}.ics`
        expectStatus(await t.owner.put(href, simpleEvent(uid), { 'If-None-Match': '*' }), 201)
        const etag = (await t.owner.get(href)).header('etag')
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Two'), { 'If-Match': etag }), 200, 204)
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Three'), { 'If-Match': etag }), 412)
        expectStatus(await t.owner.delete(href, { 'If-Match': etag }), 412)
        expectStatus(
          await t.owner.delete(href, { 'If-Match': (await t.owner.get(href)).header('etag') }),
          200,
          204,
        )
      },
    ),
    must(
      'move by storing anew and deleting the old one',
      'For a while one UID is in two calendars.',
      async (t) => {
        const text = simpleEvent(t.name())
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, text)
        expectStatus(await t.owner.put(`${to}moved.ics`, text, { 'If-None-Match': '*' }), 201)
        expectStatus(await t.owner.delete(href), 200, 204)
        expectStatus(await t.owner.get(`${to}moved.ics`), 200)
      },
    ),
    must(
      'give the principal properties scheduling needs',
      'The principal is asked for home, addresses, inbox and outbox.',
      async (t) => {
        const names = [
          'C:calendar-home-set',
          'C:calendar-user-address-set',
          'C:schedule-inbox-URL',
          'C:schedule-outbox-URL',
        ]
        hrefOf(firstIs(await ask(t, t.owner.principal, names), t.owner.principal), 'C:calendar-home-set')
      },
    ),
  ],
}
