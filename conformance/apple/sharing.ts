import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectStatus, expectSuccess, expectTrue } from '../expect.ts'
import { eventually } from '../fixtures/scheduling.ts'
import { requestPath } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { findAll, hrefsIn, textOf } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

/** A calendar shared with the second account, read-write unless told. */
async function share(t: TestContext, access = 'read-write'): Promise<string> {
  const href = await t.calendar('<D:displayname>Shared</D:displayname>')
  const set = `<CS:set><D:href>${t.other.address}</D:href><CS:common-name>Other</CS:common-name><CS:summary>Shared</CS:summary><CS:${access}/></CS:set>`
  const response = await t.owner.request('POST', href, { body: xml('CS:share', set) })
  expectStatus(response, 200)
  return href
}

async function notification(t: TestContext, calendar: string): Promise<{ href: string; uid: string }> {
  const [box] = hrefsIn(await t.other.property(t.other.principal, 'CS:notification-URL'))
  if (box === undefined) return t.skip('the principal has no notification-URL')
  return eventually('A notification', async () => {
    const list = await t.other.propfind(requestPath(box), ['D:getetag'], '1')
    for (const each of list.multistatus().responses.slice(1)) {
      const response = await t.other.get(requestPath(each.href))
      if (response.status !== 200 || !response.text.includes(calendar.replace(/\/$/, ''))) continue
      const [uid] = findAll(response.xml(), 'CS:uid')
      return { href: requestPath(each.href), uid: textOf(uid) }
    }
    return undefined
  })
}

async function accept(t: TestContext, calendar: string): Promise<string> {
  const { uid } = await notification(t, calendar)
  const reply = `<D:href>${t.other.address}</D:href><CS:invite-accepted/><CS:hosturl><D:href>${calendar}</D:href></CS:hosturl><CS:in-reply-to>${uid}</CS:in-reply-to>`
  const response = await t.other.request('POST', t.other.home, { body: xml('CS:invite-reply', reply) })
  expectSuccess(response)
  const [sharedAs] = findAll(response.xml(), 'CS:shared-as').flatMap(hrefsIn)
  expectTrue(sharedAs !== undefined, 'shared-as is missing')
  return requestPath(sharedAs)
}

/** Sharing of calendars with invitations (CalendarServer, caldav-sharing). */
export const section: Section = {
  cite: 'CalendarServer sharing',
  title: 'Sharing',
  needs: ['dav:calendarserver-sharing', 'user2', 'address'],
  lane: 'sharing',
  tests: [
    must(
      'say that a calendar can be shared',
      'allowed-sharing-modes names can-be-shared for the owner.',
      async (t) => {
        const modes = await t.owner.property(await t.calendar(), 'CS:allowed-sharing-modes')
        expectTrue(findAll(modes, 'CS:can-be-shared').length > 0, 'It is missing', modes?.source)
      },
    ),
    must('list those invited', 'invite lists each user with access and state.', async (t) => {
      const invite = await t.owner.property(await share(t), 'CS:invite')
      expectTrue(findAll(invite, 'CS:user').length > 0, 'Nobody is listed', invite?.source)
    }),
    must(
      'leave a notification for the one invited',
      'The invitation appears in the notification collection.',
      async (t) => {
        await notification(t, await share(t))
      },
    ),
    must(
      'give the one who accepts a calendar of its own home',
      'invite-reply is answered with the href of the shared calendar.',
      async (t) => {
        const href = await share(t)
        const mine = await accept(t, href)
        expectStatus(await t.other.propfind(mine, ['D:displayname'], '1'), 207)
      },
    ),
    must('show the same objects to both', 'A shared calendar is one calendar.', async (t) => {
      const href = await share(t)
      const mine = await accept(t, href)
      await t.object(href, simpleEvent(t.name(), 'From the owner'), 'shared.ics')
      expectTrue((await t.other.get(`${mine}shared.ics`)).text.includes('From the owner'), 'It is missing')
    }),
    must(
      'let a sharee with read-write store, and the owner see it',
      'read-write lets the sharee write.',
      async (t) => {
        const href = await share(t)
        const mine = await accept(t, href)
        expectStatus(await t.other.put(`${mine}theirs.ics`, simpleEvent(t.name(), 'From the sharee')), 201)
        expectTrue((await t.owner.get(`${href}theirs.ics`)).text.includes('From the sharee'), 'It is missing')
      },
    ),
    must('keep a sharee with read from storing', 'read does not let the sharee write.', async (t) => {
      const href = await share(t, 'read')
      const mine = await accept(t, href)
      expectTrue(
        (await t.other.put(`${mine}theirs.ics`, simpleEvent(t.name()))).status >= 400,
        'It was stored',
      )
    }),
    must('take the calendar away when the share is withdrawn', 'remove ends the access.', async (t) => {
      const href = await share(t)
      const mine = await accept(t, href)
      const body = xml('CS:share', `<CS:remove><D:href>${t.other.address}</D:href></CS:remove>`)
      expectSuccess(await t.owner.request('POST', href, { body }))
      expectTrue((await t.other.propfind(mine, ['D:displayname'])).status >= 400, 'It is still there')
    }),
  ],
}
