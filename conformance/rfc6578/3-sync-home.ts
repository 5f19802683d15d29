import { must, type Section } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectProp, expectSame, expectTrue } from '../expect.ts'
import { syncCollection } from '../fixtures/reports.ts'
import { sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { child } from '../xml/element.ts'

/** sync-collection on the calendar home, for the list of calendars (RFC 6578 §3.3). */
export const section: Section = {
  cite: 'RFC 6578 §3.3',
  title: 'sync-collection on the calendar home',
  needs: ['home-report:D:sync-collection'],
  tests: [
    must(
      'list the calendars in the first sync',
      'The members of the home are its calendars.',
      async (t) => {
        const href = await t.calendar()
        const found = expectMultistatus(
          await t.owner.report(t.owner.home, syncCollection('', { names: ['D:resourcetype'] }), {
            depth: '0',
          }),
        )
        expectProp(expectMember(found, href), 'D:resourcetype')
      },
      {
        why: 'supported-report-set of the home lists the report, so RFC 6578 §3.3 has it tell the members of the home: the calendars.',
      },
    ),
    must(
      'tell a new calendar',
      'A calendar made since the token is told.',
      async (t) => {
        const token =
          expectMultistatus(await t.owner.report(t.owner.home, syncCollection(''), { depth: '0' }))
            .syncToken ?? ''
        const href = await t.calendar()
        const found = expectMultistatus(
          await t.owner.report(t.owner.home, syncCollection(token, { names: ['D:resourcetype'] }), {
            depth: '0',
          }),
        )
        expectProp(expectMember(found, href), 'D:resourcetype')
      },
      {
        why: 'supported-report-set of the home lists the report, so RFC 6578 §3.3 has it tell the members of the home: the calendars.',
      },
    ),
    must(
      'tell a removed calendar by 404',
      'A calendar gone since the token has a response-level 404.',
      async (t) => {
        const href = await t.calendar()
        const token =
          expectMultistatus(await t.owner.report(t.owner.home, syncCollection(''), { depth: '0' }))
            .syncToken ?? ''
        await t.owner.delete(href)
        const found = expectMultistatus(
          await t.owner.report(t.owner.home, syncCollection(token), { depth: '0' }),
        )
        expectSame(expectMember(found, href).status, 404, 'The status differs')
      },
      {
        why: 'supported-report-set of the home lists the report, so RFC 6578 §3.3 has it tell the members of the home: the calendars.',
      },
    ),
    must(
      'tell a calendar whose properties were changed',
      'A change of dead properties is a change of the member.',
      async (t) => {
        const href = await t.calendar()
        const token =
          expectMultistatus(await t.owner.report(t.owner.home, syncCollection(''), { depth: '0' }))
            .syncToken ?? ''
        await t.owner.proppatch(href, { 'D:displayname': 'Renamed' })
        const found = expectMultistatus(
          await t.owner.report(t.owner.home, syncCollection(token, { names: ['D:displayname'] }), {
            depth: '0',
          }),
        )
        expectSame(
          expectProp(expectMember(found, href), 'D:displayname').text.trim(),
          'Renamed',
          'The name differs',
        )
      },
      {
        why: 'supported-report-set of the home lists the report, so RFC 6578 §3.3 has it tell the members of the home: the calendars.',
      },
    ),
    must(
      'tell the objects too at sync-level infinite, or refuse that level',
      'infinite reaches members of members; a server may not offer it, for the whole or for a collection within.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const response = await t.owner.report(t.owner.home, syncCollection('', { level: 'infinite' }), {
          depth: '0',
        })
        if (response.status !== 207) {
          expectTrue(
            response.status === 403 || response.status === 400,
            'It was not refused cleanly',
            response.status,
          )
          return
        }
        const told = response.multistatus()
        // RFC 6578 §3.3: a collection that is not traversed is named with 403.
        const untold = told.responses.find((member) => sameHref(member.href, href) && member.status === 403)
        if (untold === undefined) expectMember(told, object)
        else {
          const reason = ['D:sync-traversal-supported', 'D:supported-report'].find((name) =>
            child(untold.error, name),
          )
          expectTrue(reason !== undefined, 'The reason is not named', untold.element.source)
        }
      },
    ),
  ],
}
