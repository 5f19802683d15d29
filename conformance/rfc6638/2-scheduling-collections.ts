import { must, type Section, should } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectProp,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { privilegeTree } from '../fixtures/acl.ts'
import { multiget } from '../fixtures/reports.ts'
import { attendee, invite, message, once } from '../fixtures/scheduling.ts'
import { requestPath } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, hrefsIn } from '../xml/element.ts'

/** Inbox, outbox and the properties of principals (RFC 6638 §2). */
export const section: Section = {
  cite: 'RFC 6638 §2',
  title: 'Inbox, outbox and principal',
  needs: ['dav:calendar-auto-schedule'],
  lane: 'scheduling',
  tests: [
    must(
      'name the outbox on the principal',
      'schedule-outbox-URL leads to the outbox of the user.',
      async (t) => {
        expectSame(
          hrefsIn(await t.owner.property(t.owner.principal, 'C:schedule-outbox-URL')).length,
          1,
          'There is not one href',
        )
      },
      { cite: 'RFC 6638 §2.1.1' },
    ),
    must(
      'name the inbox on the principal',
      'schedule-inbox-URL leads to the inbox of the user.',
      async (t) => {
        expectSame(
          hrefsIn(await t.owner.property(t.owner.principal, 'C:schedule-inbox-URL')).length,
          1,
          'There is not one href',
        )
      },
      { cite: 'RFC 6638 §2.2.1' },
    ),
    must(
      'give the outbox its type',
      'resourcetype of the outbox holds collection and schedule-outbox.',
      async (t) => {
        const type = await t.owner.property(t.owner.outbox, 'D:resourcetype')
        expectTrue(
          child(type, 'D:collection') !== undefined && child(type, 'C:schedule-outbox') !== undefined,
          'A type is missing',
          type?.source,
        )
      },
      { cite: 'RFC 6638 §2.1', needs: ['outbox'] },
    ),
    must(
      'give the inbox its type',
      'resourcetype of the inbox holds collection and schedule-inbox.',
      async (t) => {
        const type = await t.owner.property(t.owner.inbox, 'D:resourcetype')
        expectTrue(
          child(type, 'D:collection') !== undefined && child(type, 'C:schedule-inbox') !== undefined,
          'A type is missing',
          type?.source,
        )
        expectTrue(child(type, 'C:calendar') === undefined, 'It claims to be a calendar', type?.source)
      },
      { cite: 'RFC 6638 §2.2', needs: ['inbox'] },
    ),
    must(
      'give the user an address',
      'calendar-user-address-set lists the addresses others invite the user by.',
      async (t) => {
        expectTrue(
          hrefsIn(await t.owner.property(t.owner.principal, 'C:calendar-user-address-set')).length > 0,
          'There is none',
        )
      },
      { cite: 'RFC 6638 §2.4.1' },
    ),
    should(
      'say what kind of calendar user a principal is',
      'calendar-user-type has the values of CUTYPE.',
      async (t) => {
        const type = await t.owner.propertyText(t.owner.principal, 'C:calendar-user-type')
        expectTrue(/^(INDIVIDUAL|GROUP|RESOURCE|ROOM|UNKNOWN)$/.test(type), 'It is missing or another', type)
      },
      { cite: 'RFC 6638 §2.4.2' },
    ),
    must(
      'name a default calendar on the inbox',
      'schedule-default-calendar-URL says where invitations go.',
      async (t) => {
        const [href] = hrefsIn(await t.owner.property(t.owner.inbox, 'C:schedule-default-calendar-URL'))
        expectTrue(href !== undefined, 'There is none')
        const type = await t.owner.property(requestPath(href), 'D:resourcetype')
        expectTrue(child(type, 'C:calendar') !== undefined, 'It is no calendar', type?.source)
      },
      { cite: 'RFC 6638 §4.3, §9.2', needs: ['inbox'] },
    ),
    must(
      'refuse a calendar inside the inbox',
      'Inbox and outbox hold no collections.',
      async (t) => {
        expectRefusal(await t.owner.request('MKCALENDAR', `${t.owner.inbox}${t.name('cal')}/`))
      },
      { cite: 'RFC 6638 §2.2', needs: ['inbox'] },
    ),
    must(
      'refuse a PUT into the outbox',
      'Messages are posted to the outbox, not stored in it.',
      async (t) => {
        const response = await t.owner.put(`${t.owner.outbox}${t.name()}.ics`, simpleEvent(t.name()))
        expectTrue(response.status >= 400 && response.status < 500, 'It was stored', response.status)
      },
      { cite: 'RFC 6638 §2.1', needs: ['outbox'] },
    ),
    must(
      'list schedule-deliver and what is in it among the privileges of the inbox',
      'The inbox has the privileges of delivery.',
      async (t) => {
        const tree = privilegeTree(await t.owner.property(t.owner.inbox, 'D:supported-privilege-set'))
        for (const name of [
          'C:schedule-deliver',
          'C:schedule-deliver-invite',
          'C:schedule-deliver-reply',
          'C:schedule-query-freebusy',
        ]) {
          expectTrue(tree.has(name), `${name} is missing`, [...tree.keys()].join(' '))
        }
      },
      { cite: 'RFC 6638 §6.1', needs: ['inbox'] },
    ),
    must(
      'list schedule-send and what is in it among the privileges of the outbox',
      'The outbox has the privileges of sending.',
      async (t) => {
        const tree = privilegeTree(await t.owner.property(t.owner.outbox, 'D:supported-privilege-set'))
        for (const name of [
          'C:schedule-send',
          'C:schedule-send-invite',
          'C:schedule-send-reply',
          'C:schedule-send-freebusy',
        ]) {
          expectTrue(tree.has(name), `${name} is missing`, [...tree.keys()].join(' '))
        }
      },
      { cite: 'RFC 6638 §6.2', needs: ['outbox'] },
    ),
    must(
      'keep others from reading the inbox',
      'Nobody but the user reads what was sent to it.',
      async (t) => {
        expectTrue(
          (await t.other.propfind(t.owner.inbox, ['D:getetag'], '1')).status >= 300,
          'It can be listed',
        )
      },
      { cite: 'RFC 6638 §2.2', needs: ['inbox', 'user2'] },
    ),
    should(
      'answer calendar-multiget at the inbox',
      'Clients fetch what is new in the inbox by this report.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other)])
        const { href } = await message(t.other, uid, 'REQUEST')
        const found = expectMultistatus(await t.other.report(t.other.inbox, multiget([href])))
        expectProp(expectMember(found, href), 'C:calendar-data')
      },
      { cite: 'RFC 4791 §7.9', needs: ['inbox', 'user2', 'address'] },
    ),
    must(
      'announce calendar-auto-schedule on the calendar home',
      'Servers that schedule say so in the DAV header.',
      async (t) => {
        expectStatus(await t.owner.options(t.owner.home), 200, 204)
        expectTrue(
          (await t.owner.options(t.owner.home)).list('dav').includes('calendar-auto-schedule'),
          'It is missing',
        )
      },
      { cite: 'RFC 6638 §2' },
    ),
  ],
}
