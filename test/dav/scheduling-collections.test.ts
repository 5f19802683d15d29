import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addMember } from '../../src/accounts/groups.ts'
import { childElements, textOf } from '../../src/dav/xml/element.ts'
import { CALDAV } from '../../src/dav/xml/names.ts'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import {
  copyOf,
  findCopy,
  hrefOf,
  meeting,
  parameterIn,
  runJobsAfter,
  statusesIn,
} from '../support/invitations.ts'

const NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'

describe('inboxes, outboxes and default calendars', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let carol: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    carol = await app().user('carol')
  })

  const invite = async (uid: string, more: Parameters<typeof meeting>[0] = { uid }) => {
    const sent = await alice.put(hrefOf('alice', `${uid}.ics`), meeting({ ...more, uid }))
    expect(sent.status, sent.text).to.equal(201)
  }
  const set = (client: DavClient, property: string) =>
    client.send('PROPPATCH', `${client.home}inbox/`, {
      body: `<D:propertyupdate ${NAMESPACES}><D:set><D:prop>${property}</D:prop></D:set></D:propertyupdate>`,
    })

  it('an inbox answers calendar-query by what its messages are about, and calendar-multiget', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    await invite(one, { uid: one, start: '20310101T090000Z' })
    await invite(other, { uid: other, start: '20310201T090000Z' })
    const query = (filter: string) =>
      bob.report(
        `${bob.home}inbox/`,
        `<C:calendar-query ${NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter>
          <C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${filter}</C:comp-filter></C:comp-filter>
          </C:filter></C:calendar-query>`,
        '1',
      )
    const inTime = await query('<C:time-range start="20310101T000000Z" end="20310102T000000Z"/>')
    expect(inTime.status, inTime.text).to.equal(207)
    expect(inTime.text).to.include(`UID:${one}`).and.not.include(`UID:${other}`)
    expect(inTime.text).to.include('METHOD:REQUEST')
    const byUid = await query(
      `<C:prop-filter name="UID"><C:text-match collation="i;octet">${other}</C:text-match></C:prop-filter>`,
    )
    expect(byUid.hrefs).to.have.length(1)
    expect((await query('')).hrefs.length).to.be.at.least(2)
    const [href] = byUid.hrefs as [string]
    const fetched = await bob.report(
      `${bob.home}inbox/`,
      `<C:calendar-multiget ${NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>${href}</D:href>
        </C:calendar-multiget>`,
    )
    expect(fetched.response(href).text(CALDAV, 'calendar-data')).to.include(`UID:${other}`)
  })

  it('the default calendar cannot be removed, another can', async () => {
    await carol.send('MKCALENDAR', `${carol.home}work/`)
    const refused = await carol.send('DELETE', `${carol.home}calendar/`)
    expect(refused.status).to.equal(403)
    expect(refused.condition).to.equal('default-calendar-needed')
    const href = (name: string) =>
      `<C:schedule-default-calendar-URL><D:href>${carol.home}${name}/</D:href></C:schedule-default-calendar-URL>`
    expect((await set(carol, href('work'))).status).to.equal(207)
    expect((await carol.send('DELETE', `${carol.home}work/`)).condition).to.equal('default-calendar-needed')
    expect((await set(carol, href('calendar'))).status).to.equal(207)
    expect((await carol.send('DELETE', `${carol.home}work/`)).status).to.equal(204)
    const removed = await carol.send('PROPPATCH', `${carol.home}inbox/`, {
      body: `<D:propertyupdate ${NAMESPACES}><D:remove><D:prop><C:schedule-default-calendar-URL/></D:prop></D:remove>
        </D:propertyupdate>`,
    })
    expect(removed.text).to.include('default-calendar-needed')
  })

  it('calendar-free-busy-set and schedule-calendar-transp say the same', async () => {
    await bob.send('MKCALENDAR', `${bob.home}private/`)
    const busy = async () => {
      const body = `<D:propfind ${NAMESPACES}><D:prop><C:calendar-free-busy-set/></D:prop></D:propfind>`
      const answer = await bob.propfind(`${bob.home}inbox/`, '0', body)
      return childElements(answer.response(`${bob.home}inbox/`).get(CALDAV, 'calendar-free-busy-set')).map(
        textOf,
      )
    }
    const transparency = async (name: string) => {
      const body = `<D:propfind ${NAMESPACES}><D:prop><C:schedule-calendar-transp/></D:prop></D:propfind>`
      const path = `${bob.home}${name}/`
      const found = (await bob.propfind(path, '0', body))
        .response(path)
        .get(CALDAV, 'schedule-calendar-transp')
      return childElements(found)[0]?.name
    }
    expect(await busy()).to.deep.equal([`${bob.home}calendar/`, `${bob.home}private/`])
    const only = `<C:calendar-free-busy-set><D:href>${bob.home}calendar/</D:href>
      <D:href>/dav/calendars/alice/calendar/</D:href></C:calendar-free-busy-set>`
    expect((await set(bob, only)).status).to.equal(207)
    expect(await busy()).to.deep.equal([`${bob.home}calendar/`])
    expect([await transparency('calendar'), await transparency('private')]).to.deep.equal([
      'opaque',
      'transparent',
    ])
    const removed = await bob.send('PROPPATCH', `${bob.home}inbox/`, {
      body: `<D:propertyupdate ${NAMESPACES}><D:remove><D:prop><C:calendar-free-busy-set/></D:prop></D:remove>
        </D:propertyupdate>`,
    })
    expect(removed.status).to.equal(207)
    expect(await busy()).to.have.length(2)
  })

  it('a group that is invited brings its members, who answer for themselves', async () => {
    const accounts = { store: app().store, clock: () => new Date(), newId: randomUUID }
    await app().user('team', { kind: 'GROUP' })
    await addMember(accounts, 'team', 'bob')
    await addMember(accounts, 'team', 'carol')
    await addMember(accounts, 'team', 'alice')
    const uid = randomUUID()
    await invite(uid, { uid, who: ['team'] })
    const own = (await copyOf(alice, uid))[1]
    expect(parameterIn(own, 'bob', 'MEMBER')).to.equal('mailto')
    expect(own).to.match(/ATTENDEE[^\r]*MEMBER="mailto:team@example\.test"[^\r]*:mailto:bob@/)
    expect(parameterIn(own, 'team', 'CUTYPE')).to.equal('GROUP')
    expect(parameterIn(own, 'team', 'SCHEDULE-STATUS')).to.equal('1.2')
    expect(own.match(/:mailto:alice@/g)).to.have.length(2)
    const [path, text] = await copyOf(bob, uid)
    const answer = text.replace(
      /ATTENDEE([^\r]*)PARTSTAT=NEEDS-ACTION([^\r]*:mailto:bob@)/,
      'ATTENDEE$1PARTSTAT=ACCEPTED$2',
    )
    expect(answer).not.to.equal(text)
    expect((await bob.put(path, answer)).status).to.equal(204)
    expect(statusesIn((await copyOf(alice, uid))[1], 'bob')).to.deep.equal(['ACCEPTED'])
    expect(await findCopy(carol, uid)).not.to.equal(undefined)
    await alice.send('DELETE', hrefOf('alice', `${uid}.ics`))
    await runJobsAfter(app().store)
    expect((await copyOf(carol, uid))[1]).to.include('STATUS:CANCELLED')
  })

  it('whoever may write in one calendar of another cannot send in their name; in the whole home, they can', async () => {
    const grant = (path: string) =>
      alice.send('ACL', path, {
        body: `<D:acl ${NAMESPACES}><D:ace><D:principal><D:href>${bob.principal}</D:href></D:principal>
          <D:grant><D:privilege><D:read/></D:privilege><D:privilege><D:write/></D:privilege></D:grant></D:ace></D:acl>`,
      })
    const uid = randomUUID()
    expect((await grant(`${alice.home}calendar/`)).status).to.equal(200)
    const text = meeting({ uid, who: ['carol'] })
    const refused = await bob.put(hrefOf('alice', `${uid}.ics`), text)
    expect(refused.status).to.equal(403)
    expect(refused.condition).to.equal('need-privileges')
    expect(refused.text).to.include('schedule-send-invite').and.include('/alice/outbox/')
    expect(await findCopy(carol, uid)).to.equal(undefined)
    const alone = randomUUID()
    const plain = meeting({ uid: alone, who: [] }).replace(/(?:ORGANIZER|ATTENDEE)[^\r]*\r\n/g, '')
    expect((await bob.put(hrefOf('alice', `${alone}.ics`), plain)).status).to.equal(201)
    const owned = randomUUID()
    await invite(owned, { uid: owned, who: ['carol'] })
    const headers = { Destination: new URL(hrefOf('bob', `${owned}.ics`), app().url).href }
    const moved = await bob.send('MOVE', hrefOf('alice', `${owned}.ics`), { headers })
    expect(moved.condition).to.equal('need-privileges')
    expect((await grant(alice.home)).status).to.equal(200)
    expect((await bob.put(hrefOf('alice', `${uid}.ics`), text)).status).to.equal(201)
    expect(await findCopy(carol, uid)).not.to.equal(undefined)
  })

  it('nobody puts anything into an inbox or an outbox, or takes them away', async () => {
    for (const box of ['inbox', 'outbox']) {
      const path = `${carol.home}${box}/`
      const uid = randomUUID()
      expect((await carol.put(`${path}${uid}.ics`, meeting({ uid }))).status, box).to.be.within(403, 409)
      expect((await carol.send('DELETE', path)).status, box).to.equal(405)
    }
  })
})
