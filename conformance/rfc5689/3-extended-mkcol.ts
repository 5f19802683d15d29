import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectRefusal, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { calendar } from '../ical/build.ts'
import { berlin } from '../ical/zones.ts'
import { extendedMkcol } from '../target/target.ts'
import { child } from '../xml/element.ts'
import { escapeXml, xml } from '../xml/write.ts'

/** MKCOL with a body (RFC 5689 §3). */
export const section: Section = {
  cite: 'RFC 5689 §3',
  title: 'Extended MKCOL',
  needs: ['dav:extended-mkcol'],
  tests: [
    must(
      'make a calendar with its properties',
      'The types and properties of the body are those of the new collection.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const zone = `<C:calendar-timezone>${escapeXml(calendar(berlin))}</C:calendar-timezone>`
        const body = extendedMkcol(`<D:displayname>Extended</D:displayname>${zone}<X:note>dead</X:note>`)
        expectStatus(await t.owner.request('MKCOL', href, { body }), 201)
        expectTrue(
          child(await t.owner.property(href, 'D:resourcetype'), 'C:calendar') !== undefined,
          'It is no calendar',
        )
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'Extended', 'The name differs')
        expectTrue(
          (await t.owner.propertyText(href, 'C:calendar-timezone')).includes('Europe/Berlin'),
          'The zone differs',
        )
        expectSame(await t.owner.propertyText(href, 'X:note'), 'dead', 'The dead property differs')
      },
    ),
    must(
      'make a plain collection with its properties',
      'A body may ask for a collection and nothing more.',
      async (t) => {
        const href = `${t.owner.home}${t.name('col')}/`
        t.after(() => t.owner.delete(href))
        const type = '<D:resourcetype><D:collection/></D:resourcetype><D:displayname>Plain</D:displayname>'
        const response = await t.owner.request('MKCOL', href, {
          body: xml('D:mkcol', `<D:set><D:prop>${type}</D:prop></D:set>`),
        })
        if (response.status === 403) return t.skip('plain collections are refused here')
        expectStatus(response, 201)
        expectTrue(
          child(await t.owner.property(href, 'D:resourcetype'), 'C:calendar') === undefined,
          'It is a calendar',
        )
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'Plain', 'The name differs')
      },
    ),
    must(
      'name valid-resourcetype for a type it does not have',
      'Types the server does not support are refused.',
      async (t) => {
        const href = `${t.owner.home}${t.name('col')}/`
        t.after(() => t.owner.delete(href))
        const type = '<D:resourcetype><D:collection/><X:aquarium/></D:resourcetype>'
        const response = await t.owner.request('MKCOL', href, {
          body: xml('D:mkcol', `<D:set><D:prop>${type}</D:prop></D:set>`),
        })
        expectStatus(response, 403, 409, 424)
        expectTrue(
          response.text.includes('valid-resourcetype'),
          'The condition is not named',
          response.conditions().join() || 'none',
        )
      },
      { cite: 'RFC 5689 §3.3' },
    ),
    must(
      'make nothing when a property cannot be set',
      'Either everything is done or nothing is made.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const response = await t.owner.request('MKCOL', href, {
          body: extendedMkcol('<D:getetag>"forged"</D:getetag>'),
        })
        expectTrue(response.status !== 201, 'It was made')
        expectTrue(
          (await t.owner.properties(href, ['D:resourcetype'])) === undefined,
          'A collection came to be',
        )
      },
    ),
    must(
      'say which property stands in the way, and which fail with it',
      'A refusal is a mkcol-response with a propstat for each status.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const body = extendedMkcol('<D:displayname>Half</D:displayname><D:getetag>"forged"</D:getetag>')
        const response = await t.owner.request('MKCOL', href, { body })
        expectStatus(response, 403, 409, 424, 207)
        expectTrue(/getetag/.test(response.text), 'The property is not named', response.text.slice(0, 200))
      },
      { cite: 'RFC 5689 §3' },
    ),
    must(
      'answer 405 or resource-must-be-null where something exists',
      'MKCOL works on unmapped URLs only.',
      async (t) => {
        const response = await t.owner.request('MKCOL', await t.calendar(), { body: extendedMkcol('') })
        if (response.status !== 405) expectCondition(response, 'D:resource-must-be-null')
      },
      { cite: 'RFC 4918 §9.3' },
    ),
    must(
      'refuse to make a calendar by MKCOL inside a calendar',
      'The rules for calendars hold for every way to make one.',
      async (t) => {
        const response = await t.owner.request('MKCOL', `${await t.calendar()}inner/`, {
          body: extendedMkcol(''),
        })
        expectCondition(response, 'C:calendar-collection-location-ok')
      },
      { cite: 'RFC 4791 §5.3.1.1' },
    ),
    must(
      'refuse an MKCOL body that is not well-formed with 400',
      'XML that is not well-formed is answered 400.',
      async (t) => {
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        expectStatus(await t.owner.request('MKCOL', href, { body: '<D:mkcol xmlns:D="DAV:"><D:set>' }), 400)
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    must('refuse XML that is not mkcol', 'The body is a DAV:mkcol element.', async (t) => {
      const href = `${t.owner.home}${t.name('cal')}/`
      t.after(() => t.owner.delete(href))
      expectRefusal(await t.owner.request('MKCOL', href, { body: xml('D:propertyupdate') }))
    }),
  ],
}
