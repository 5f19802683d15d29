import { expect } from 'chai'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { multiget, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { event } from '../../support/ics.ts'

const NAMES = ['D:getetag', 'C:calendar-data']

describe('REPORT calendar-multiget (RFC 4791 §7.9)', () => {
  const app = useApp()
  let alice: DavClient
  const at = (name: string) => `${alice.calendar}${name}.ics`
  before(async () => {
    alice = await app().user('alice')
    for (const name of ['a', 'b', 'c@d:e é']) await alice.put(encodeURI(at(name)), event({ uid: name }))
    await alice.send('MKCALENDAR', `${alice.home}second/`)
    await alice.put(`${alice.home}second/x.ics`, event({ uid: 'x' }))
  })

  it('answers at any Depth', async () => {
    for (const depth of ['0', '1', 'infinity', undefined] as const) {
      const answer = await alice.report(alice.calendar, multiget(NAMES, [at('a'), at('b')]), depth)
      expect(answer.hrefs, depth).to.deep.equal([at('a'), at('b')])
    }
  })

  it('takes any encoding of an href, and whole URIs, and writes one form', async () => {
    const forms = ['c%40d%3Ae%20%C3%A9.ics', 'c@d:e%20%c3%a9.ics'].map((form) => alice.calendar + form)
    const answer = await alice.report(
      alice.calendar,
      multiget(NAMES, [...forms, `\n ${app().url}${at('a')} `, `https://elsewhere.example${at('b')}`]),
      '1',
    )
    expect(answer.hrefs).to.deep.equal([`${alice.calendar}c%40d%3Ae%20%C3%A9.ics`, at('a'), at('b')])
  })

  it('answers 404 for what is missing, 403 for what is elsewhere, and never less than was asked', async () => {
    const hrefs = [at('a'), at('missing'), `${alice.home}second/x.ics`, '/elsewhere/x.ics', alice.calendar]
    const answer = await alice.report(alice.calendar, multiget(NAMES, hrefs), '1')
    expect(answer.status).to.equal(207)
    expect(answer.responses).to.have.length(hrefs.length)
    expect(answer.response(at('a')).statuses).to.deep.equal([200])
    expect(answer.response(at('missing')).status).to.equal(404)
    expect(answer.response(`${alice.home}second/x.ics`).status).to.equal(403)
    expect(answer.response('/elsewhere/x.ics').status).to.equal(404)
    expect(answer.response(alice.calendar).status).to.equal(404)
  })

  it('works on the home, across its calendars', async () => {
    const hrefs = [at('b'), `${alice.home}second/x.ics`, `${alice.home}third/x.ics`]
    const answer = await alice.report(alice.home, multiget(NAMES, hrefs))
    expect(answer.response(at('b')).text(CALDAV, 'calendar-data')).to.equal(event({ uid: 'b' }))
    expect(answer.response(`${alice.home}second/x.ics`).text(CALDAV, 'calendar-data')).to.equal(
      event({ uid: 'x' }),
    )
    expect(answer.response(`${alice.home}third/x.ics`).status).to.equal(404)
  })

  it('works on an object, for itself', async () => {
    const answer = await alice.report(at('a'), multiget(NAMES, [at('a'), at('b')]))
    expect(answer.response(at('a')).text(DAV, 'getetag')).to.match(/^"/)
    expect(answer.response(at('b')).status).to.equal(403)
  })

  it('takes several hundred hrefs', async () => {
    const hrefs = Array.from({ length: 1200 }, (_, n) => at(`missing-${n}`))
    const answer = await alice.report(alice.calendar, multiget(NAMES, [...hrefs, at('a')]))
    expect(answer.responses).to.have.length(1201)
    expect(answer.response(at('a')).statuses).to.deep.equal([200])
  })

  it('leaves standard time zones out when asked to (RFC 7809 §3.1.3)', async () => {
    const zoned = event({
      uid: 'zoned',
      start: ';TZID=Europe/Berlin:20260105T100000',
      end: ';TZID=Europe/Berlin:20260105T110000',
    })
    await alice.put(at('zoned'), zoned)
    const ask = async (timezones: string) =>
      (
        await alice.report(alice.calendar, multiget(NAMES, [at('zoned')]), '1', {
          'caldav-timezones': timezones,
        })
      )
        .response(at('zoned'))
        .text(CALDAV, 'calendar-data')
    expect(await ask('T'))
      .to.include('BEGIN:VTIMEZONE')
      .and.include('TZID:Europe/Berlin')
    expect(await ask('F')).to.not.include('BEGIN:VTIMEZONE')
  })

  it('needs hrefs', async () => {
    expect((await alice.report(alice.calendar, xml('C:calendar-multiget', '<D:prop/>'))).status).to.equal(400)
  })
})
