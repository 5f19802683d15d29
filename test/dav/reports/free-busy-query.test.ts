import { expect } from 'chai'
import { useApp } from '../../support/app.ts'
import { setting, timeRange, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const DAY = timeRange('20260105T000000Z', '20260106T000000Z')
const ask = (range = DAY) => xml('C:free-busy-query', range)

describe('REPORT free-busy-query (RFC 4791 §7.10)', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    const at = (name: string, from: string, to: string, ...lines: string[]) =>
      alice.put(
        `${alice.calendar}${name}.ics`,
        event({ uid: name, start: `:20260105T${from}Z`, end: `:20260105T${to}Z`, lines }),
      )
    await at('one', '090000', '100000')
    await at('two', '093000', '110000', 'RRULE:FREQ=DAILY;COUNT=3')
    await at('maybe', '120000', '130000', 'STATUS:TENTATIVE')
    await at('open', '140000', '150000', 'TRANSP:TRANSPARENT')
    await at('off', '160000', '170000', 'STATUS:CANCELLED')
  })

  /** `type start/end` of each period. */
  async function busy(client: DavClient, path: string, range?: string): Promise<string[]> {
    const answer = await client.report(path, ask(range), '1')
    expect(answer.status, answer.text).to.equal(200)
    expect(answer.headers.get('content-type')).to.match(/^text\/calendar/)
    expect(answer.text.match(/^BEGIN:VFREEBUSY\r$/gm)).to.have.length(1)
    const unfolded = answer.text.replaceAll(/\r\n[ \t]/g, '')
    return Array.from(unfolded.matchAll(/^FREEBUSY(?:;FBTYPE=([A-Z-]+))?:(.*)\r$/gm), ([, type, periods]) =>
      (periods ?? '').split(',').map((period) => `${type ?? 'BUSY'} ${period}`),
    ).flat()
  }

  it('merges what overlaps and leaves out what is free', async () => {
    expect(await busy(alice, alice.calendar)).to.have.members([
      'BUSY 20260105T090000Z/20260105T110000Z',
      'BUSY-TENTATIVE 20260105T120000Z/20260105T130000Z',
    ])
  })

  it('is the same at any Depth, and on the home', async () => {
    for (const path of [alice.calendar, alice.home]) {
      for (const depth of ['0', '1', 'infinity', undefined] as const) {
        const answer = await alice.report(path, ask(), depth)
        expect(answer.text).to.include('20260105T090000Z/')
      }
    }
  })

  it('answers without periods when nothing is there', async () => {
    expect(
      await busy(alice, alice.calendar, timeRange('20300101T000000Z', '20300102T000000Z')),
    ).to.deep.equal([])
  })

  it('needs read-free-busy, and no more', async () => {
    expect((await bob.report(alice.calendar, ask(), '1')).status).to.equal(404)
    const grant = xml(
      'D:acl',
      `<D:ace><D:principal><D:href>${bob.principal}</D:href></D:principal>`,
      '<D:grant><D:privilege><C:read-free-busy/></D:privilege></D:grant></D:ace>',
    )
    expect((await alice.send('ACL', alice.calendar, { body: grant })).status).to.equal(200)
    expect(await busy(bob, alice.calendar)).to.have.length(2)
    expect((await bob.send('GET', `${alice.calendar}one.ics`)).status).to.be.oneOf([403, 404])
    const events = xml(
      'C:calendar-query',
      '<D:prop/>',
      '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter>',
    )
    expect((await bob.report(alice.calendar, events, '1')).status).to.equal(403)
  })

  it('leaves out calendars that are transparent', async () => {
    const transparent = '<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>'
    expect((await alice.send('PROPPATCH', alice.calendar, { body: setting(transparent) })).status).to.equal(
      207,
    )
    expect(await busy(alice, alice.home)).to.deep.equal([])
    const opaque = '<C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp>'
    await alice.send('PROPPATCH', alice.calendar, { body: setting(opaque) })
  })

  it('needs one time-range with both ends', async () => {
    for (const range of ['', timeRange('20260101T000000Z'), DAY + DAY, timeRange('2026', '2027')]) {
      expect((await alice.report(alice.calendar, ask(range), '1')).status, range).to.equal(400)
    }
  })

  it('is refused on an object', async () => {
    const answer = await alice.report(`${alice.calendar}one.ics`, ask(), '0')
    expect(answer.status).to.equal(403)
  })
})
