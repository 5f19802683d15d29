import { must, type Section } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectPropStatus,
  expectSame,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { arrival, attendee, invite, once } from '../fixtures/scheduling.ts'
import { requestPath, sameHref } from '../hrefs.ts'
import { child, hrefsIn } from '../xml/element.ts'
import { escapeXml } from '../xml/write.ts'

/** The properties of scheduling (RFC 6638 §9, §4.3). */
export const section: Section = {
  cite: 'RFC 6638 §9',
  title: 'Scheduling properties',
  needs: ['dav:calendar-auto-schedule'],
  lane: 'scheduling',
  tests: [
    must(
      'make calendars opaque unless told',
      'schedule-calendar-transp is opaque by default.',
      async (t) => {
        const value = await t.owner.property(await t.calendar(), 'C:schedule-calendar-transp')
        if (value !== undefined)
          expectTrue(child(value, 'C:opaque') !== undefined, 'It is another', value.source)
      },
      { cite: 'RFC 6638 §9.1' },
    ),
    must(
      'keep schedule-calendar-transp',
      'The property can be set to transparent or opaque.',
      async (t) => {
        const href = await t.calendar()
        expectSuccess(await t.owner.proppatch(href, { 'C:schedule-calendar-transp': '<C:transparent/>' }))
        expectTrue(
          child(await t.owner.property(href, 'C:schedule-calendar-transp'), 'C:transparent') !== undefined,
          'It was not kept',
        )
      },
      { cite: 'RFC 6638 §9.1' },
    ),
    must(
      'deliver to the default calendar the user chose',
      'schedule-default-calendar-URL can be set to another calendar.',
      async (t) => {
        const [before] = hrefsIn(await t.other.property(t.other.inbox, 'C:schedule-default-calendar-URL'))
        const href = await t.calendar('', t.other)
        if (before === undefined) return t.skip('the inbox names no default calendar')
        t.after(() =>
          t.other.proppatch(t.other.inbox, {
            'C:schedule-default-calendar-URL': `<D:href>${escapeXml(before)}</D:href>`,
          }),
        )
        const set = await t.other.proppatch(t.other.inbox, {
          'C:schedule-default-calendar-URL': `<D:href>${escapeXml(href)}</D:href>`,
        })
        if (set.status === 207)
          expectPropStatus(
            expectMember(set.multistatus(), t.other.inbox),
            'C:schedule-default-calendar-URL',
            200,
          )
        const { uid } = await invite(t, [...once, attendee(t.other)])
        expectTrue((await arrival(t.other, uid)).href.startsWith(href), 'It was delivered elsewhere')
        await t.other.proppatch(t.other.inbox, {
          'C:schedule-default-calendar-URL': `<D:href>${escapeXml(before)}</D:href>`,
        })
      },
      { cite: 'RFC 6638 §9.2', needs: ['inbox', 'user2', 'address'] },
    ),
    must(
      'name valid-schedule-default-calendar-URL for what is no calendar of the user',
      'The default calendar is a calendar of the user.',
      async (t) => {
        const [before] = hrefsIn(await t.owner.property(t.owner.inbox, 'C:schedule-default-calendar-URL'))
        if (before === undefined) return t.skip('the inbox names no default calendar')
        const response = await t.owner.proppatch(t.owner.inbox, {
          'C:schedule-default-calendar-URL': '<D:href>/nowhere/at/all/</D:href>',
        })
        if (response.status === 207) {
          expectPropStatus(
            expectMember(expectMultistatus(response), t.owner.inbox),
            'C:schedule-default-calendar-URL',
            403,
            409,
          )
          expectTrue(
            response.text.includes('valid-schedule-default-calendar-URL'),
            'The condition is not named',
          )
        }
        const [after] = hrefsIn(await t.owner.property(t.owner.inbox, 'C:schedule-default-calendar-URL'))
        expectTrue(
          after !== undefined && sameHref(after, before),
          'The default calendar changed',
          after ?? 'none',
        )
      },
      { cite: 'RFC 6638 §4.3.1.2', needs: ['inbox'] },
    ),
    must(
      'have a default calendar after the old one was deleted, or refuse to delete it',
      'default-calendar-needed: a user that is invited has a default calendar.',
      async (t) => {
        const [before] = hrefsIn(await t.owner.property(t.owner.inbox, 'C:schedule-default-calendar-URL'))
        if (before === undefined) return t.skip('the inbox names no default calendar')
        const href = await t.calendar()
        const restore = () =>
          t.owner.proppatch(t.owner.inbox, {
            'C:schedule-default-calendar-URL': `<D:href>${escapeXml(before)}</D:href>`,
          })
        t.after(restore)
        const set = await t.owner.proppatch(t.owner.inbox, {
          'C:schedule-default-calendar-URL': `<D:href>${escapeXml(href)}</D:href>`,
        })
        if (set.status !== 207 && set.status !== 200) return t.skip('the default calendar cannot be changed')
        const gone = await t.owner.delete(href)
        await restore()
        if (gone.status >= 400) return expectCondition(gone, 'C:default-calendar-needed')
        const [after] = hrefsIn(await t.owner.property(t.owner.inbox, 'C:schedule-default-calendar-URL'))
        expectTrue(after !== undefined, 'There is none')
        expectTrue(
          (await t.owner.properties(requestPath(after), ['D:resourcetype'])) !== undefined,
          'It does not exist',
          after,
        )
      },
      { cite: 'RFC 6638 §4.3.1.1', needs: ['inbox'] },
    ),
    must(
      'refuse to set schedule-tag',
      'The property is protected.',
      async (t) => {
        const { href } = await invite(t, [...once, attendee(t.other)])
        const before = await t.owner.propertyText(href, 'C:schedule-tag')
        await t.owner.proppatch(href, { 'C:schedule-tag': '"forged"' })
        expectSame(await t.owner.propertyText(href, 'C:schedule-tag'), before, 'It was changed')
      },
      { cite: 'RFC 6638 §9.3', needs: ['user2', 'address'] },
    ),
  ],
}
