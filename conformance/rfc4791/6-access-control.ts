import { must, type Section, should } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { freeBusyQuery } from '../fixtures/reports.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, findAll } from '../xml/element.ts'
import { escapeXml, xml } from '../xml/write.ts'

const range = freeBusyQuery('20260310T000000Z', '20260311T000000Z')

function grant(href: string, privilege: string): string {
  const principal = `<D:principal><D:href>${escapeXml(href)}</D:href></D:principal>`
  return xml(
    'D:acl',
    `<D:ace>${principal}<D:grant><D:privilege><${privilege}/></D:privilege></D:grant></D:ace>`,
  )
}

/** Access to calendars (RFC 4791 §6). */
export const section: Section = {
  cite: 'RFC 4791 §6.1.1',
  title: 'Access to calendars',
  needs: ['dav:access-control'],
  tests: [
    must(
      'list read-free-busy among the privileges of a calendar',
      'Calendars support read-free-busy, contained in read.',
      async (t) => {
        const set = await t.owner.property(await t.calendar(), 'D:supported-privilege-set')
        const read = findAll(set, 'D:supported-privilege').find((each) =>
          child(child(each, 'D:privilege'), 'D:read'),
        )
        expectTrue(findAll(set, 'C:read-free-busy').length > 0, 'It is not listed')
        expectTrue(findAll(read, 'C:read-free-busy').length > 0, 'It is not inside read')
      },
    ),
    must(
      'keep the calendars of others from a user without a right to them',
      'What nobody shared cannot be read.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name(), 'Secret'))
        for (const response of [
          await t.other.get(object),
          await t.other.propfind(href, ['D:displayname'], '1'),
          await t.other.report(href, range),
        ]) {
          expectTrue(
            response.status >= 300 && !response.text.includes('Secret'),
            'It was shown',
            response.status,
          )
        }
      },
      { needs: ['user2'] },
    ),
    must(
      'let a user with read-free-busy see the times and nothing else',
      'The privilege is for free-busy-query alone.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name(), 'Secret'))
        const granted = await t.owner.request('ACL', href, {
          body: grant(t.other.principal, 'C:read-free-busy'),
        })
        if (granted.status !== 200) return t.skip(`ACL answers ${granted.status}`)
        const response = await t.other.report(href, range)
        expectStatus(response, 200)
        expectTrue(response.text.includes('20260310T100000Z'), 'The period is missing')
        expectTrue((await t.other.get(object)).status >= 300, 'The object can be read')
      },
      { needs: ['user2', 'method:ACL'] },
    ),
    must(
      'let a user with read see times and objects',
      'read contains read-free-busy.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const granted = await t.owner.request('ACL', href, { body: grant(t.other.principal, 'D:read') })
        if (granted.status !== 200) return t.skip(`ACL answers ${granted.status}`)
        expectStatus(await t.other.get(object), 200)
        expectStatus(await t.other.report(href, range), 200)
      },
      { needs: ['user2', 'method:ACL'] },
    ),
    should(
      'answer 403 or 404 for the objects of others',
      'A refusal says so without a challenge that cannot be met.',
      async (t) => {
        const object = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.other.get(object), 403, 404)
      },
      { cite: 'RFC 3744 §7.1.1', needs: ['user2'] },
    ),
    must(
      'have the home of a principal hold its calendars',
      'calendar-home-set names collections under which the calendars of the principal are.',
      async (t) => {
        const href = await t.calendar()
        expectTrue(href.startsWith(t.owner.home), 'It is elsewhere', href)
        expectSame((await t.owner.property(href, 'D:resourcetype')) !== undefined, true, 'It is not there')
      },
      { cite: 'RFC 4791 §6.2.1' },
    ),
  ],
}
