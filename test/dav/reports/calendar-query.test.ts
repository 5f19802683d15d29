import { expect } from 'chai'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { calendarQuery, filter, prop, timeRange, xml } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { calendar, component, event, todo, vevent } from '../../support/ics.ts'

const DATA = ['D:getetag', 'C:calendar-data']
const ROME =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VTIMEZONE\r\nTZID:Far East\r\nBEGIN:STANDARD\r\n' +
  'DTSTART:19700101T000000\r\nTZOFFSETFROM:+1200\r\nTZOFFSETTO:+1200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n'

describe('REPORT calendar-query (RFC 4791 §7.8)', () => {
  const app = useApp()
  let alice: DavClient
  const at = (name: string) => `${alice.calendar}${name}.ics`
  before(async () => {
    alice = await app().user('alice')
    const daily = event({ uid: 'daily', summary: 'Stand-up', lines: ['RRULE:FREQ=DAILY'] })
    const tagged = event({
      uid: 'one',
      summary: 'Größe & <Ruhe>',
      lines: ['CATEGORIES:WORK', 'X-FOO;X-BAR=z:1'],
    })
    const floating = event({ uid: 'floating', start: ':20250301T230000', end: ':20250301T233000' })
    for (const [name, text] of Object.entries({
      daily,
      one: tagged,
      floating,
      task: todo({ uid: 'task' }),
    })) {
      expect((await alice.put(at(name), text)).status, name).to.equal(201)
    }
  })

  async function query(...parts: string[]): Promise<readonly string[]> {
    const answer = await alice.report(alice.calendar, calendarQuery(['D:getetag'], ...parts), '1')
    expect(answer.status, answer.text).to.equal(207)
    return answer.hrefs.map((href) => href.slice(alice.calendar.length, -'.ics'.length)).toSorted()
  }

  it('answers for the members when Depth is missing, and for nothing at Depth 0', async () => {
    const body = calendarQuery(['D:getetag'], filter('VEVENT'))
    expect((await alice.report(alice.calendar, body)).responses).to.have.length(3)
    expect((await alice.report(alice.calendar, body, '1')).responses).to.have.length(3)
    expect((await alice.report(alice.calendar, body, '0')).responses).to.have.length(0)
  })

  it('gives the stored octets back, whatever is in them', async () => {
    const answer = await alice.report(alice.calendar, calendarQuery(DATA, filter('VEVENT')), '1')
    const stored = await alice.send('GET', at('one'))
    expect(answer.response(at('one')).text(CALDAV, 'calendar-data')).to.equal(stored.text)
    expect(answer.response(at('one')).text(DAV, 'getetag')).to.equal(stored.headers.get('etag'))
    expect(answer.text).to.include('&#13;\n')
  })

  it('finds instances at any date, open ranges included', async () => {
    expect(await query(filter('VEVENT', timeRange('20260601T000000Z', '20260602T000000Z')))).to.deep.equal([
      'daily',
    ])
    expect(await query(filter('VEVENT', timeRange('21500601T000000Z', '21500602T000000Z')))).to.deep.equal([
      'daily',
    ])
    expect(await query(filter('VEVENT', timeRange('20260601T100000Z', '20260602T090000Z')))).to.deep.equal([])
    expect(await query(filter('VEVENT', timeRange(undefined, '20250601T000000Z')))).to.deep.equal([
      'floating',
    ])
    expect(await query(filter('VEVENT', timeRange('20260601T000000Z')))).to.deep.equal(['daily'])
  })

  it('matches text, parameters and absence', async () => {
    const inProp = (name: string, inner: string) =>
      filter('VEVENT', `<C:prop-filter name="${name}">${inner}</C:prop-filter>`)
    const match = (text: string, attributes = '') => `<C:text-match ${attributes}>${text}</C:text-match>`
    expect(await query(inProp('SUMMARY', match('STAND')))).to.deep.equal(['daily'])
    expect(await query(inProp('SUMMARY', match('STAND', 'collation="i;octet"')))).to.deep.equal([])
    expect(await query(inProp('SUMMARY', match('GRÖßE', 'collation="i;unicode-casemap"')))).to.deep.equal([
      'one',
    ])
    expect(await query(inProp('SUMMARY', match('Stand', 'negate-condition="yes"')))).to.deep.equal([
      'floating',
      'one',
    ])
    expect(await query(inProp('CATEGORIES', '<C:is-not-defined/>'))).to.deep.equal(['daily', 'floating'])
    const bar = `<C:param-filter name="X-BAR">${match('Z')}</C:param-filter>`
    expect(await query(inProp('X-FOO', bar))).to.deep.equal(['one'])
    expect(await query(inProp('UID', match('daily', 'match-type="equals"')))).to.deep.equal(['daily'])
  })

  it('reads floating times in the zone of the request', async () => {
    const range = filter('VEVENT', timeRange('20250301T110000Z', '20250301T113000Z'))
    expect(await query(range)).to.deep.equal([])
    expect(await query(range, `<C:timezone><![CDATA[${ROME}]]></C:timezone>`)).to.deep.equal(['floating'])
    const named = filter('VEVENT', timeRange('20250301T220000Z', '20250301T223000Z'))
    expect(await query(named, '<C:timezone-id>Europe/Rome</C:timezone-id>')).to.deep.equal(['floating'])
  })

  it('answers an empty 207 for components that are not there', async () => {
    expect(await query(filter('VJOURNAL'))).to.deep.equal([])
    expect(await query(filter('VPOLL'))).to.deep.equal([])
    expect(await query(filter('VTODO'))).to.deep.equal(['task'])
  })

  it('reaches all calendars of a home at Depth infinity', async () => {
    expect((await alice.send('MKCALENDAR', `${alice.home}second/`)).status).to.equal(201)
    await alice.put(`${alice.home}second/x.ics`, event({ uid: 'x' }))
    const body = calendarQuery(['D:getetag'], filter('VEVENT'))
    const all = await alice.report(alice.home, body, 'infinity')
    expect(all.hrefs).to.have.members([at('daily'), at('one'), at('floating'), `${alice.home}second/x.ics`])
    expect((await alice.report(alice.home, body, '1')).responses).to.have.length(0)
  })

  it('may be asked of one object', async () => {
    const body = (text: string) =>
      calendarQuery(
        ['D:getetag'],
        filter(
          'VEVENT',
          `<C:prop-filter name="SUMMARY"><C:text-match>${text}</C:text-match></C:prop-filter>`,
        ),
      )
    expect((await alice.report(at('daily'), body('stand'), '0')).hrefs).to.deep.equal([at('daily')])
    expect((await alice.report(at('daily'), body('nothing'), '0')).hrefs).to.deep.equal([])
  })

  it('says which properties an object lacks, and answers an empty prop', async () => {
    const lacking = await alice.report(
      alice.calendar,
      calendarQuery(['D:getetag', 'CS:nothing'], filter('VTODO')),
      '1',
    )
    expect(lacking.response(at('task')).names(404)).to.deep.equal(['nothing'])
    const none = await alice.report(alice.calendar, calendarQuery([], filter('VTODO')), '1')
    expect(none.response(at('task')).statuses).to.deep.equal([200])
  })

  it('answers allprop and propname', async () => {
    const all = await alice.report(
      alice.calendar,
      xml('C:calendar-query', '<D:allprop/>', filter('VTODO')),
      '1',
    )
    expect(all.response(at('task')).names(200)).to.include.members([
      'getetag',
      'getcontenttype',
      'resourcetype',
    ])
    const names = await alice.report(
      alice.calendar,
      xml('C:calendar-query', '<D:propname/>', filter('VTODO')),
      '1',
    )
    expect(names.response(at('task')).names(200)).to.include('getetag')
  })

  it('answers other representations', async () => {
    const asked = (type: string) =>
      calendarQuery([`<C:calendar-data content-type="${type}" version="2.0"/>`], filter('VTODO'))
    const json = await alice.report(alice.calendar, asked('application/calendar+json'), '1')
    const jcal = json.response(at('task')).get(CALDAV, 'calendar-data')
    expect(jcal.attributes['content-type']).to.equal('application/calendar+json')
    const [name, , components] = JSON.parse(json.response(at('task')).text(CALDAV, 'calendar-data'))
    expect([name, components[0][0]]).to.deep.equal(['vcalendar', 'vtodo'])
    const xcal = await alice.report(alice.calendar, asked('application/calendar+xml'), '1')
    expect(JSON.stringify(xcal.response(at('task')).get(CALDAV, 'calendar-data'))).to.include('icalendar')
  })

  it('expands, limits and selects', async () => {
    const week = (name: string) =>
      timeRange('20260110T000000Z', '20260112T000000Z').replace('time-range', name)
    const ask = async (inner: string) => {
      const names = [`<C:calendar-data>${inner}</C:calendar-data>`]
      const body = calendarQuery(names, filter('VEVENT', week('time-range')))
      return (await alice.report(alice.calendar, body, '1'))
        .response(at('daily'))
        .text(CALDAV, 'calendar-data')
    }
    const expanded = await ask(week('expand'))
    expect(expanded.match(/^DTSTART:.*$/gm)).to.deep.equal([
      'DTSTART:20260110T090000Z',
      'DTSTART:20260111T090000Z',
    ])
    const selected = await ask(
      '<C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="UID"/></C:comp></C:comp>',
    )
    expect(selected.trim().split('\r\n')).to.deep.equal([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'UID:daily',
      'END:VEVENT',
      'END:VCALENDAR',
    ])
    expect(await ask(week('limit-recurrence-set'))).to.include('RRULE:FREQ=DAILY')
  })

  describe('refuses', () => {
    const refusals: Record<string, readonly [string, string]> = {
      'a missing filter': ['valid-filter', calendarQuery(['D:getetag'])],
      'a time-range on SUMMARY': [
        'valid-filter',
        calendarQuery(
          ['D:getetag'],
          filter('VEVENT', `<C:prop-filter name="SUMMARY">${timeRange('20260101T000000Z')}</C:prop-filter>`),
        ),
      ],
      'a collation it does not have': [
        'supported-collation',
        calendarQuery(
          ['D:getetag'],
          filter(
            'VEVENT',
            '<C:prop-filter name="SUMMARY"><C:text-match collation="i;nope">x</C:text-match></C:prop-filter>',
          ),
        ),
      ],
      'a media type it does not have': [
        'supported-calendar-data',
        calendarQuery(['<C:calendar-data content-type="text/vcard" version="3.0"/>'], filter('VEVENT')),
      ],
      'a time zone that is none': [
        'valid-calendar-data',
        calendarQuery(['D:getetag'], filter('VEVENT'), '<C:timezone>UTC</C:timezone>'),
      ],
      'a time zone it does not know': [
        'valid-timezone',
        calendarQuery(['D:getetag'], filter('VEVENT'), '<C:timezone-id>Middle/Earth</C:timezone-id>'),
      ],
      'a date too early': [
        'min-date-time',
        calendarQuery(['D:getetag'], filter('VEVENT', timeRange('10000101T000000Z'))),
      ],
    }
    for (const [what, [condition, body]] of Object.entries(refusals)) {
      it(`${what} with ${condition}`, async () => {
        const answer = await alice.report(alice.calendar, body, '1')
        expect(answer.status).to.equal(403)
        expect(answer.condition).to.equal(condition)
      })
    }

    it('reports it does not have with supported-report', async () => {
      const answer = await alice.report(alice.calendar, xml('C:no-such-report', prop('D:getetag')), '1')
      expect(answer.status).to.equal(403)
      expect(answer.condition).to.equal('supported-report')
    })

    it('a body that is no XML, or empty', async () => {
      expect((await alice.send('REPORT', alice.calendar, { body: '<broken' })).status).to.equal(400)
      expect((await alice.send('REPORT', alice.calendar)).status).to.equal(400)
    })
  })

  it('answers for good objects beside one that cannot be expanded', async () => {
    const many = calendar(vevent({ uid: 'many', lines: ['RRULE:FREQ=SECONDLY'] }))
    const put = await alice.put(at('many'), many)
    if (put.status !== 201) return
    const range = timeRange('20260601T000000Z', '20260901T000000Z')
    const data = `<C:calendar-data>${range.replace('time-range', 'expand')}</C:calendar-data>`
    const answer = await alice.report(
      alice.calendar,
      calendarQuery(['D:getetag', data], filter('VEVENT', range)),
      '1',
    )
    expect(answer.status).to.equal(207)
    expect(answer.response(at('daily')).statuses).to.deep.equal([200])
    expect((await alice.send('DELETE', at('many'))).status).to.equal(204)
  })

  it('hides calendars from those who hold nothing on them', async () => {
    const bob = await app().user('bob')
    expect(
      (await bob.report(alice.calendar, calendarQuery(['D:getetag'], filter('VEVENT')), '1')).status,
    ).to.equal(404)
  })

  it('finds alarms in range', async () => {
    const alarm = component('VALARM', ['ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT1H'])
    await alice.put(
      at('alarmed'),
      event({ uid: 'alarmed', start: ':20240105T090000Z', end: ':20240105T100000Z', lines: [alarm] }),
    )
    const inAlarm = (start: string, end: string) =>
      filter('VEVENT', `<C:comp-filter name="VALARM">${timeRange(start, end)}</C:comp-filter>`)
    expect(await query(inAlarm('20240105T075900Z', '20240105T080100Z'))).to.deep.equal(['alarmed'])
    expect(await query(inAlarm('20240105T080100Z', '20240105T093000Z'))).to.deep.equal([])
  })
})
