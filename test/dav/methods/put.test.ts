import { expect } from 'chai'
import { child, childElements, textOf } from '../../../src/dav/xml/element.ts'
import { CALDAV, DAV } from '../../../src/dav/xml/names.ts'
import { useApp } from '../../support/app.ts'
import { propfind } from '../../support/dav-bodies.ts'
import type { DavClient } from '../../support/dav-client.ts'
import { calendar, component, event, todo, vevent } from '../../support/ics.ts'
import { exchange } from '../../support/raw-http.ts'

const AUTHORIZATION = `Basic ${Buffer.from('alice:correct horse battery staple').toString('base64')}`

describe('PUT, GET and DELETE of calendar objects (RFC 4791 §5.3.2)', () => {
  const app = useApp({ MAX_RESOURCE_SIZE: '20000' })
  let alice: DavClient
  let count = 0
  const fresh = () => `${alice.calendar}${++count}.ics`

  before(async () => {
    alice = await app().user('alice')
  })

  it('answers 201 to a new object and 204 to a changed one, with its etag', async () => {
    const path = fresh()
    const created = await alice.put(path, event({ uid: path }))
    expect(created.status).to.equal(201)
    expect(created.headers.get('etag')).to.match(/^"[^"]+"$/)
    const changed = await alice.put(path, event({ uid: path, summary: 'Other' }))
    expect(changed.status).to.equal(204)
    expect(changed.headers.get('etag'))
      .to.match(/^"[^"]+"$/)
      .and.not.equal(created.headers.get('etag'))
  })

  it('gives back the octets it was given', async () => {
    const text = event({ uid: 'octets', summary: 'Käse 🧀', lines: ['X-ODD;X-P="a b":v', 'x-lower:1'] })
    for (const [index, variant] of [
      text,
      text.replaceAll('\r\n', '\n'),
      `\ufeff${text}`,
      text.trimEnd(),
    ].entries()) {
      const path = fresh()
      const sent = variant.replace('UID:octets', `UID:octets-${index}`)
      const { status, headers } = await alice.put(path, sent)
      expect(status).to.equal(201)
      const response = await fetch(app().url + path, { headers: { authorization: AUTHORIZATION } })
      expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(Buffer.from(sent))
      expect(response.headers.get('etag')).to.equal(headers.get('etag'))
      expect(response.headers.get('content-type')).to.equal('text/calendar; charset=utf-8; component=VEVENT')
    }
  })

  it('answers a duration of two million years at once', async () => {
    const lines = ['UID:long', 'DTSTAMP:20260101T000000Z', 'DTSTART:20260105T090000Z', 'DURATION:P100000000W']
    const { status, text, condition } = await alice.put(fresh(), calendar(component('VEVENT', lines)))
    expect(status).to.equal(403)
    expect(condition).to.equal('valid-calendar-data')
    expect(text).to.contain('DURATION is not a duration of at most')
  })

  it('names supported-rscale for a calendar system it does not know (RFC 7529 §10)', async () => {
    const lines = ['RRULE:RSCALE=MARTIAN;FREQ=YEARLY']
    const { status, condition } = await alice.put(fresh(), event({ uid: 'martian', lines }))
    expect(status).to.equal(403)
    expect(condition).to.equal('supported-rscale')
  })

  it('mends characters that a fold splits, and then gives no ETag (RFC 5545 §3.1)', async () => {
    const path = fresh()
    const text = event({ uid: 'split', summary: 'Käse' })
    const octets = Buffer.from(text)
    const at = octets.indexOf('ä') + 1
    const folded = Buffer.concat([octets.subarray(0, at), Buffer.from('\r\n '), octets.subarray(at)])
    const { status, headers } = await alice.put(path, folded)
    expect(status).to.equal(201)
    expect(headers.get('etag')).to.equal(null)
    const got = await alice.send('GET', path)
    expect(got.text).to.equal(text)
    expect(got.headers.get('etag')).to.be.a('string')
  })

  it('names the line of octets that are not UTF-8', async () => {
    const octets = Buffer.from(event({ uid: 'latin', summary: 'Käse' }), 'latin1')
    const { status, text, condition } = await alice.put(fresh(), octets)
    expect(status).to.equal(403)
    expect(condition).to.equal('valid-calendar-data')
    expect(text).to.contain('Line 9 is not in UTF-8')
  })

  it('answers HEAD like GET, without the body', async () => {
    const path = fresh()
    await alice.put(path, event({ uid: path }))
    const got = await alice.send('GET', path)
    const head = await alice.send('HEAD', path)
    expect(head.status).to.equal(200)
    expect(head.text).to.equal('')
    for (const name of ['etag', 'content-type', 'content-length', 'last-modified']) {
      expect(head.headers.get(name), name).to.equal(got.headers.get(name))
    }
  })

  it('answers 304 to what the client has', async () => {
    const path = fresh()
    const { headers } = await alice.put(path, event({ uid: path }))
    const etag = headers.get('etag') as string
    const got = await alice.send('GET', path, { headers: { 'if-none-match': etag } })
    expect(got.status).to.equal(304)
    expect(got.headers.get('etag')).to.equal(etag)
    expect((await alice.send('GET', path, { headers: { 'if-match': '"other"' } })).status).to.equal(412)
  })

  it('fails conditions with 412 and changes nothing', async () => {
    const path = fresh()
    expect((await alice.put(path, event({ uid: path }), { 'if-match': '*' })).status).to.equal(412)
    expect((await alice.send('GET', path)).status).to.equal(404)
    const { headers } = await alice.put(path, event({ uid: path }), { 'if-none-match': '*' })
    for (const condition of [
      { 'if-none-match': '*' },
      { 'if-match': '"stale"' },
      { 'if-match': `W/${headers.get('etag')}` },
    ]) {
      const answer = await alice.put(
        path,
        event({ uid: path, summary: 'lost' }),
        condition as Record<string, string>,
      )
      expect(answer.status, JSON.stringify(condition)).to.equal(412)
    }
    expect((await alice.send('GET', path)).text).not.to.contain('lost')
    const good = await alice.put(path, event({ uid: path }), { 'if-match': `"x", ${headers.get('etag')}` })
    expect(good.status).to.equal(204)
  })

  it('ignores an empty If-Schedule-Tag-Match where there is no tag', async () => {
    const path = fresh()
    await alice.put(path, event({ uid: path }))
    expect((await alice.put(path, event({ uid: path }), { 'if-schedule-tag-match': '' })).status).to.equal(
      204,
    )
    expect((await alice.put(path, event({ uid: path }), { 'if-schedule-tag-match': '"x"' })).status).to.equal(
      412,
    )
  })

  it('returns the representation to who prefers it, also with 412 (RFC 8144 §3)', async () => {
    const path = fresh()
    const created = await alice.put(path, event({ uid: path }), { prefer: 'return=representation' })
    expect(created.status).to.equal(201)
    expect(created.text).to.equal(event({ uid: path }))
    expect(created.headers.get('preference-applied')).to.equal('return=representation')
    expect(created.headers.get('content-location')).to.equal(path)
    const failed = await alice.put(path, event({ uid: path, summary: 'lost' }), {
      prefer: 'return=representation',
      'if-none-match': '*',
    })
    expect(failed.status).to.equal(412)
    expect(failed.text).to.equal(event({ uid: path }))
    expect(failed.headers.get('etag')).to.equal(created.headers.get('etag'))
  })

  it('refuses a second object with the same UID, naming the first', async () => {
    const first = fresh()
    await alice.put(first, event({ uid: 'twice' }))
    const answer = await alice.put(fresh(), event({ uid: 'twice' }))
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('no-uid-conflict')
    const condition = child(answer.xml, CALDAV, 'no-uid-conflict')
    expect(condition && textOf(condition)).to.equal(first)
  })

  for (const [what, body, condition] of [
    ['text that is no calendar', 'hello', 'valid-calendar-data'],
    ['a calendar that is cut short', event({ uid: 'short' }).slice(0, 150), 'valid-calendar-data'],
    [
      'two events of different UIDs',
      calendar(vevent({ uid: '1' }), vevent({ uid: '2' })),
      'valid-calendar-object-resource',
    ],
    [
      'a METHOD',
      event({ uid: 'm' }).replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:PUBLISH'),
      'valid-calendar-object-resource',
    ],
  ] as const) {
    it(`refuses ${what} with ${condition} and a reason`, async () => {
      const path = fresh()
      const answer = await alice.put(path, body)
      expect(answer.status).to.equal(403)
      expect(answer.condition).to.equal(condition)
      expect(textOf(answer.xml)).to.have.length.greaterThan(10)
      expect((await alice.send('GET', path)).status).to.equal(404)
    })
  }

  it('names line, property and rule of what it refuses', async () => {
    const body = calendar(vevent({ uid: 'faulty', lines: ['RRULE:FREQ=SOMETIMES'] }))
    const answer = await alice.put(fresh(), body)
    expect(textOf(answer.xml)).to.match(/^\s*Line 10: RRULE: .*\(RFC 5545 §3\.3\.10\)\s*$/)
  })

  it('refuses other types and charsets with supported-calendar-data', async () => {
    for (const type of ['text/plain', 'application/json', 'text/calendar; charset=iso-8859-1']) {
      const answer = await alice.send('PUT', fresh(), { body: event({ uid: 'type' }), type })
      expect(answer.status, type).to.equal(403)
      expect(answer.condition, type).to.equal('supported-calendar-data')
    }
  })

  it('refuses octets that are not UTF-8', async () => {
    const body = Buffer.from(event({ uid: 'latin', summary: 'K\xe4se' }), 'latin1')
    const answer = await alice.send('PUT', fresh(), { body, type: 'text/calendar' })
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('valid-calendar-data')
    expect(textOf(answer.xml)).to.contain('UTF-8')
  })

  it('refuses what is too large with max-resource-size, at the advertised limit', async () => {
    const found = await alice.propfind(alice.calendar, '0', propfind('C:max-resource-size'))
    expect(found.response(alice.calendar).text(CALDAV, 'max-resource-size')).to.equal('20000')
    const sized = (length: number) => {
      const text = event({ uid: `size-${length}`, lines: ['X-PAD:'] })
      return text.replace('X-PAD:', `X-PAD:${'x'.repeat(length - text.length)}`)
    }
    expect((await alice.put(fresh(), sized(20_000))).status).to.equal(201)
    const answer = await alice.put(fresh(), sized(20_001))
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('max-resource-size')
  })

  it('refuses partial and compressed bodies', async () => {
    expect(
      (await alice.put(fresh(), event({ uid: 'r' }), { 'content-range': 'bytes 0-9/10' })).status,
    ).to.equal(400)
    expect((await alice.put(fresh(), event({ uid: 'r' }), { 'content-encoding': 'gzip' })).status).to.equal(
      415,
    )
  })

  it('reads chunked bodies', async () => {
    const body = event({ uid: 'chunked' })
    const chunks = body
      .match(/[\s\S]{1,40}/g)
      ?.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
      .join('')
    const path = fresh()
    const head = `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Type: text/calendar\r\nTransfer-Encoding: chunked\r\n\r\n`
    expect((await exchange(app().url, head, `${chunks}0\r\n\r\n`)).status).to.equal(201)
    expect((await alice.send('GET', path)).text).to.equal(body)
  })

  it('says 100 Continue only when it wants the body', async () => {
    const body = event({ uid: 'expect' })
    const head = (path: string, ...more: string[]) =>
      [
        `PUT ${path} HTTP/1.1`,
        'Host: x',
        `Authorization: ${AUTHORIZATION}`,
        'Expect: 100-continue',
        ...more,
        '',
        '',
      ].join('\r\n')
    const wanted = head(fresh(), 'Content-Type: text/calendar', `Content-Length: ${body.length}`)
    const good = await exchange(app().url, wanted, 'wait', body)
    expect(good).to.deep.include({ status: 201, interim: [100] })
    for (const [header, status] of [
      ['Content-Length: 999999', 403],
      ['Content-Length: 5\r\nContent-Type: text/html', 403],
      ['Content-Length: 5\r\nContent-Encoding: br', 415],
    ] as const) {
      expect(await exchange(app().url, head(fresh(), header))).to.deep.include({ status, interim: [] })
    }
    const anonymous = head(fresh(), 'Content-Length: 5').replace(AUTHORIZATION, 'Basic eDp5')
    expect(await exchange(app().url, anonymous)).to.deep.include({ status: 401, interim: [] })
  })

  it('holds only the components of its calendar', async () => {
    await alice.send('MKCALENDAR', `${alice.home}tasks/`, {
      body: `<C:mkcalendar xmlns:C="${CALDAV}" xmlns:D="DAV:"><D:set><D:prop><C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>`,
    })
    expect((await alice.put(`${alice.home}tasks/t.ics`, todo({ uid: 't' }))).status).to.equal(201)
    const answer = await alice.put(`${alice.home}tasks/e.ics`, event({ uid: 'e' }))
    expect(answer.status).to.equal(403)
    expect(answer.condition).to.equal('supported-calendar-component')
  })

  it('has no place for objects outside calendars', async () => {
    expect((await alice.put(`${alice.home}loose.ics`, event({ uid: 'loose' }))).status).to.equal(403)
    expect((await alice.put(`${alice.home}none/x.ics`, event({ uid: 'loose' }))).status).to.equal(409)
    expect((await alice.put(`${alice.calendar}sub/x.ics`, event({ uid: 'loose' }))).status).to.be.within(
      403,
      409,
    )
    const collection = await alice.put(alice.calendar, event({ uid: 'loose' }))
    expect(collection.status).to.equal(405)
    expect(collection.headers.get('allow')).to.contain('PROPFIND')
  })

  it('keeps the name the client chose, whatever the UID', async () => {
    const path = `${alice.calendar}${encodeURIComponent('a b+c@d(é).ICS')}`
    expect((await alice.put(path, event({ uid: 'named' }))).status).to.equal(201)
    const { hrefs } = await alice.propfind(alice.calendar, '1', propfind('D:getetag'))
    expect(hrefs.map(decodeURIComponent)).to.include(decodeURIComponent(path))
  })

  it('deletes once: 204, then 404, and honours If-Match', async () => {
    const path = fresh()
    const { headers } = await alice.put(path, event({ uid: path }))
    expect((await alice.send('DELETE', path, { headers: { 'if-match': '"stale"' } })).status).to.equal(412)
    const etag = headers.get('etag') as string
    expect((await alice.send('DELETE', path, { headers: { 'if-match': etag } })).status).to.equal(204)
    expect((await alice.send('DELETE', path)).status).to.equal(404)
    expect((await alice.send('GET', path)).status).to.equal(404)
  })

  it('lets exactly one of many concurrent changes win', async () => {
    const path = fresh()
    const { headers } = await alice.put(path, event({ uid: path }))
    const etag = headers.get('etag') as string
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        alice.put(path, event({ uid: path, summary: `S${i}` }), { 'if-match': etag }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, ...Array(7).fill(412)])
  })

  it('answers GET of a calendar with one file for who asks for text/calendar', async () => {
    for (const [path, headers] of [
      [alice.calendar, { accept: 'text/calendar' }],
      [`${alice.calendar}?export`, {}],
    ] as const) {
      const answer = await alice.send('GET', path, { headers })
      expect(answer.status).to.equal(200)
      expect(answer.headers.get('content-type')).to.equal('text/calendar; charset=utf-8')
      expect(answer.text)
        .to.match(/^BEGIN:VCALENDAR\r\n/)
        .and.match(/END:VCALENDAR\r\n$/)
      expect(answer.text).to.contain('UID:octets-0')
      const again = await alice.send('GET', path, {
        headers: { ...headers, 'if-none-match': answer.headers.get('etag') as string },
      })
      expect(again.status).to.equal(304)
    }
  })

  it('names what a reader of the whole would miss: nothing', async () => {
    const found = await alice.propfind(alice.calendar, '1', propfind('D:getetag'))
    for (const { element } of found.responses) {
      const names = childElements(element).map(({ namespace, name }) => namespace + name)
      expect(names).to.deep.equal([`${DAV}href`, `${DAV}propstat`])
    }
  })
})
