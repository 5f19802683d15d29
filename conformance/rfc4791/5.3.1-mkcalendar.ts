import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { componentSet } from '../fixtures/populated.ts'
import { calendar, simpleEvent } from '../ical/build.ts'
import { berlin } from '../ical/zones.ts'
import { child, childrenOf } from '../xml/element.ts'
import { escapeXml, xml } from '../xml/write.ts'

function body(properties: string): string {
  return xml('C:mkcalendar', `<D:set><D:prop>${properties}</D:prop></D:set>`)
}

/** MKCALENDAR (RFC 4791 §5.3.1). */
export const section: Section = {
  cite: 'RFC 4791 §5.3.1',
  title: 'MKCALENDAR',
  needs: ['method:MKCALENDAR'],
  tests: [
    must(
      'make a calendar without a body',
      'MKCALENDAR makes a calendar at the request URI; a body is optional.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        expectStatus(await t.owner.request('MKCALENDAR', href), 201)
        expectTrue(
          child(await t.owner.property(href, 'D:resourcetype'), 'C:calendar') !== undefined,
          'It is no calendar',
        )
      },
    ),
    must('show the new calendar in its home', 'The calendar is a member of its parent.', async (t) => {
      const href = await t.calendar()
      expectMember(expectMultistatus(await t.owner.propfind(t.owner.home, ['D:resourcetype'], '1')), href)
    }),
    must(
      'set every property of the body',
      'Properties in the body are set on the new calendar.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const properties = [
          '<D:displayname>Büro &amp; Co</D:displayname>',
          '<C:calendar-description>Work</C:calendar-description>',
          `<C:calendar-timezone>${escapeXml(calendar(berlin))}</C:calendar-timezone>`,
          componentSet('VEVENT'),
          '<X:note>dead</X:note>',
        ]
        expectStatus(await t.owner.request('MKCALENDAR', href, { body: body(properties.join('')) }), 201)
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'Büro & Co', 'displayname differs')
        expectSame(
          await t.owner.propertyText(href, 'C:calendar-description'),
          'Work',
          'calendar-description differs',
        )
        expectTrue(
          (await t.owner.propertyText(href, 'C:calendar-timezone')).includes('Europe/Berlin'),
          'calendar-timezone differs',
        )
        const set = await t.owner.property(href, 'C:supported-calendar-component-set')
        expectSame(
          childrenOf(set, 'C:comp')
            .map((each) => each.attributes.get('name'))
            .join(),
          'VEVENT',
          'The component set differs',
        )
        expectSame(await t.owner.propertyText(href, 'X:note'), 'dead', 'The dead property differs')
      },
    ),
    must(
      'make nothing when a property cannot be set',
      'Either everything is done or nothing is made.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const properties = '<D:displayname>Half</D:displayname><D:getetag>"forged"</D:getetag>'
        const response = await t.owner.request('MKCALENDAR', href, { body: body(properties) })
        expectTrue(response.status !== 201, 'The calendar was made', response.status)
        expectTrue(
          (await t.owner.properties(href, ['D:resourcetype'])) === undefined,
          'A calendar came to be',
        )
      },
    ),
    must(
      'name resource-must-be-null where something exists already',
      'MKCALENDAR works on unmapped URLs only.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()), 'kept.ics')
        expectCondition(await t.owner.request('MKCALENDAR', href), 'D:resource-must-be-null')
        expectStatus(await t.owner.get(`${href}kept.ics`), 200)
      },
      { cite: 'RFC 4791 §5.3.1.1' },
    ),
    must(
      'name calendar-collection-location-ok inside a calendar',
      'A calendar cannot be made inside another.',
      async (t) => {
        const response = await t.owner.request('MKCALENDAR', `${await t.calendar()}inner/`)
        expectCondition(response, 'C:calendar-collection-location-ok')
      },
      { cite: 'RFC 4791 §5.3.1.1' },
    ),
    must(
      'name valid-calendar-data for a time zone that is none',
      'calendar-timezone in the body is a valid iCalendar object with one VTIMEZONE.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const response = await t.owner.request('MKCALENDAR', href, {
          body: body('<C:calendar-timezone>no zone</C:calendar-timezone>'),
        })
        if (response.status === 207)
          expectTrue(response.text.includes('valid-calendar-data'), 'The condition is not named')
        else expectCondition(response, 'C:valid-calendar-data')
        expectTrue(
          (await t.owner.properties(href, ['D:resourcetype'])) === undefined,
          'A calendar came to be',
        )
      },
      { cite: 'RFC 4791 §5.3.1.1' },
    ),
    must('answer 409 when the parent does not exist', 'All ancestors have to exist.', async (t) => {
      expectStatus(await t.owner.request('MKCALENDAR', `${t.owner.home}${t.name('none')}/inner/`), 409, 403)
    }),
    must(
      'refuse a calendar in the home of someone else',
      'Making a calendar needs the bind privilege on its parent.',
      async (t) => {
        expectRefusal(await t.owner.request('MKCALENDAR', `${t.other.home}${t.name('cal')}/`))
      },
      { cite: 'RFC 4791 §5.3.1.1', needs: ['user2'] },
    ),
    must(
      'refuse a MKCALENDAR body that is not well-formed with 400',
      'XML that is not well-formed is answered 400.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        expectStatus(
          await t.owner.request('MKCALENDAR', href, {
            body: '<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav">',
          }),
          400,
        )
        expectTrue(
          (await t.owner.properties(href, ['D:resourcetype'])) === undefined,
          'A calendar came to be',
        )
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    should(
      'send Cache-Control: no-cache with the answer',
      'The answer of MKCALENDAR is not to be cached.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const response = await t.owner.request('MKCALENDAR', href)
        expectTrue(
          /no-cache|no-store/.test(response.header('cache-control')),
          'The header is missing',
          response.header('cache-control'),
        )
      },
    ),
    must(
      'accept a request URI without the last slash',
      'The URL without the slash names the same collection.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}`
        t.after(() => t.owner.delete(`${href}/`))
        expectStatus(await t.owner.request('MKCALENDAR', href), 201)
        expectStatus(await t.owner.propfind(`${href}/`, ['D:resourcetype']), 207)
      },
      { cite: 'RFC 4918 §5.2' },
    ),
    must('let events be stored at once', 'The calendar works from the moment it is made.', async (t) => {
      expectStatus(await t.owner.put(`${await t.calendar()}first.ics`, simpleEvent(t.name())), 201)
    }),
  ],
}
