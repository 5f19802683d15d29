import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import { cpuMsUntil, HANGS } from '../support/cpu-time.ts'
import { calendarQuery, filter, multiget, propfind, setting, timeRange } from '../support/dav-bodies.ts'
import type { DavClient } from '../support/dav-client.ts'
import { calendar, component, event, vevent } from '../support/ics.ts'
import { abandon, exchange } from '../support/raw-http.ts'

const AUTHORIZATION = `Basic ${Buffer.from('alice:correct horse battery staple').toString('base64')}`

/** Whatever comes in, no answer is 500 and nothing is half-written. */
describe('bad input', () => {
  const app = useApp({ MAX_RESOURCE_SIZE: '1048576' })
  let alice: DavClient
  let etag: string

  before(async () => {
    alice = await app().user('alice')
    await app().user('bob')
    await alice.send('MKCALENDAR', `${alice.home}other/`)
    const { headers } = await alice.put(`${alice.calendar}a.ics`, event({ uid: 'a' }))
    etag = headers.get('etag') as string
  })

  const state = async () => {
    const collections = await alice.propfind(alice.home, '1', propfind('D:displayname', 'D:sync-token'))
    const objects = await alice.propfind(alice.calendar, '1', propfind('D:getetag'))
    return [collections.xml, objects.xml]
  }

  /** A refusal: 4xx (or 5xx other than 500 where the standard says so), and everything as it was. */
  const refuses = async (send: () => Promise<{ readonly status: number }>, ...statuses: number[]) => {
    const before = await state()
    const { status } = await send()
    if (statuses.length > 0) expect(status).to.be.oneOf(statuses)
    expect(status).to.be.within(400, 599).and.not.equal(500)
    expect(await state()).to.deep.equal(before)
  }

  const raw = (head: string, body: string | Buffer = '') =>
    exchange(
      app().url,
      `${head}\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      body,
    )

  describe('XML', () => {
    const bomb = `<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "&a${i - 1 < 0 ? '' : i - 1};&a${i - 1 < 0 ? '' : i - 1};">`).join('')}]>`
    const bodies: Readonly<Record<string, string | Buffer>> = {
      'cut short': propfind('D:getetag').slice(0, -10),
      'an entity bomb': `${bomb}<D:propfind xmlns:D="DAV:"><D:prop><D:x>&a19;</D:x></D:prop></D:propfind>`,
      'an external entity':
        '<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]><D:propfind xmlns:D="DAV:"><D:allprop/>&e;</D:propfind>',
      'deep nesting': `<D:propfind xmlns:D="DAV:"><D:prop>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</D:prop></D:propfind>`,
      '10 MB of attributes': `<D:propfind xmlns:D="DAV:" ${Array.from({ length: 700_000 }, (_, i) => `a${i}="b"`).join(' ')}/>`,
      '3 MB of attributes': `<D:propfind xmlns:D="DAV:" ${Array.from({ length: 250_000 }, (_, i) => `a${i}="b"`).join(' ')}/>`,
      'a million elements': `<D:propfind xmlns:D="DAV:"><D:prop>${'<a/>'.repeat(1_000_000)}</D:prop></D:propfind>`,
      'a NUL': '<D:propfind xmlns:D="DAV:"><D:prop><D:x>\u0000</D:x></D:prop></D:propfind>',
      'a NUL reference': '<D:propfind xmlns:D="DAV:"><D:prop><D:x>&#0;</D:x></D:prop></D:propfind>',
      'octets that are no UTF-8': Buffer.from([0x3c, 0xff, 0xfe, 0x3e]),
      'binary noise': Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)),
      text: 'hello',
      'white space': '   \n',
      'another root': '<a/>',
      'the wrong namespace': '<propfind xmlns="urn:x"><allprop/></propfind>',
    }
    for (const [what, body] of Object.entries(bodies)) {
      for (const method of [
        'PROPFIND',
        'PROPPATCH',
        'REPORT',
        'MKCALENDAR',
        'MKCOL',
        'ACL',
        'LOCK',
        'POST',
      ] as const) {
        it(`refuses ${what} in ${method}`, async () => {
          const makes = method === 'MKCALENDAR' || method === 'MKCOL'
          const path = makes ? `${alice.home}made/` : alice.calendar
          await refuses(() => alice.send(method, path, { body, depth: '0' }))
        })
      }
    }

    it('names no-external-entities for an entity kept elsewhere', async () => {
      const body = bodies['an external entity'] as string
      const answer = await alice.send('PROPFIND', alice.calendar, { body, depth: '0' })
      expect(answer.status).to.equal(403)
      expect(answer.text).to.include('no-external-entities')
    })

    it('refuses a property value with what cannot be stored', async () => {
      await refuses(() =>
        alice.send('PROPPATCH', alice.calendar, { body: setting('<x:p xmlns:x="urn:x">&#xFFFE;</x:p>') }),
      )
    })

    it('answers a multiget of foolish hrefs for each of them', async () => {
      const hrefs = [
        '',
        'x',
        '//',
        'http://[',
        '/dav/calendars/alice/calendar/%00',
        '%zz',
        '/',
        alice.home,
        'a'.repeat(5000),
      ]
      const { status } = await alice.report(alice.calendar, multiget(['D:getetag'], hrefs))
      expect(status).to.be.oneOf([207, 400])
    })
  })

  describe('a body where none is expected', () => {
    for (const method of ['COPY', 'MOVE', 'DELETE', 'UNLOCK']) {
      it(`is refused in ${method}`, () =>
        refuses(() => alice.send(method, `${alice.calendar}a.ics`, { body: 'what is this' }), 415))
    }
  })

  describe('headers', () => {
    for (const [header, value] of [
      ['Depth', '2'],
      ['Depth', '-1'],
      ['Depth', '1, 1'],
      ['Depth', '\u00e9'],
    ] as const) {
      it(`refuses ${header}: ${value}`, () =>
        refuses(() => raw(`PROPFIND ${alice.home} HTTP/1.1\r\n${header}: ${value}`), 400))
    }

    for (const destination of [
      'http://elsewhere.example/dav/calendars/alice/other/b.ics',
      'https://127.0.0.1:1/dav/calendars/alice/other/b.ics',
    ]) {
      it(`refuses Destination: ${destination} with 502`, () =>
        refuses(() => alice.send('MOVE', `${alice.calendar}a.ics`, { headers: { destination } }), 502))
    }

    for (const destination of [
      undefined,
      'other/b.ics',
      '//x/y',
      'http://',
      '::',
      '/dav/calendars/alice/other/%2e%2e/b.ics',
      '/dav/calendars/alice/other/%00.ics',
      '/dav/calendars/alice/other/b.ics?x',
      '/dav/calendars/alice/other/b.ics#x',
      '/elsewhere',
      '/dav/calendars/bob/calendar/b.ics',
      '/dav/calendars/alice/none/b.ics',
    ]) {
      for (const method of ['COPY', 'MOVE']) {
        it(`refuses ${method} to Destination: ${destination}`, () =>
          refuses(() =>
            alice.send(method, `${alice.calendar}a.ics`, {
              headers: destination === undefined ? {} : { destination },
            }),
          ))
      }
    }

    it('refuses an Overwrite that is neither T nor F', () =>
      refuses(
        () =>
          alice.send('COPY', `${alice.calendar}a.ics`, {
            headers: { destination: `${alice.home}other/b.ics`, overwrite: 'maybe' },
          }),
        400,
      ))

    for (const value of [
      '(',
      '()',
      '<x>',
      '(<a>',
      '(["a")',
      'x'.repeat(8000),
      '(<urn:uuid:1>) </x> (<urn:uuid:2>)',
    ]) {
      for (const method of ['PUT', 'DELETE', 'PROPPATCH', 'MKCALENDAR']) {
        it(`refuses ${method} with If: ${value.slice(0, 30)}`, () => {
          const path = method === 'MKCALENDAR' ? `${alice.home}made/` : `${alice.calendar}a.ics`
          const body = {
            PUT: event({ uid: 'a', summary: 'Lost' }),
            PROPPATCH: setting('<x:p xmlns:x="urn:x"/>'),
          }[method]
          return refuses(
            () =>
              alice.send(method, path, {
                headers: { if: value },
                ...(body && { body, type: method === 'PUT' ? 'text/calendar' : 'application/xml' }),
              }),
            400,
            412,
          )
        })
      }
    }

    it('refuses an If that does not hold', () =>
      refuses(
        () =>
          alice.put(`${alice.calendar}a.ics`, event({ uid: 'a', summary: 'Lost' }), { if: '(["stale"])' }),
        412,
      ))

    it('refuses a bare list of garbage as If-Match', () =>
      refuses(
        () =>
          alice.put(`${alice.calendar}a.ics`, event({ uid: 'a', summary: 'Lost' }), { 'if-match': ',,, ;' }),
        412,
      ))

    it('refuses header fields that are too long', () =>
      refuses(() => raw(`PROPFIND ${alice.home} HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}`), 431))

    it('answers 501 to a method nobody knows, and 405 to one that is for others', async () => {
      await refuses(() => raw(`FROBNICATE ${alice.calendar} HTTP/1.1`), 501)
      for (const method of ['PATCH', 'SEARCH', 'TRACE', 'BIND', 'PURGE', 'SUBSCRIBE']) {
        await refuses(() => raw(`${method} ${alice.calendar} HTTP/1.1`), 405)
      }
    })

    it('refuses what is no HTTP', () => refuses(() => exchange(app().url, 'hello\r\n\r\n'), 400, 501))

    it('stands any Authorization', async () => {
      for (const value of [
        '',
        'Basic',
        'Basic ?',
        'Basic =',
        `Basic ${'A'.repeat(8000)}`,
        'Basic AAAA',
        'Bearer x',
        'Digest username="alice"',
      ]) {
        const answer = await fetch(app().url + alice.home, { headers: { authorization: value } })
        expect(answer.status, value).to.equal(401)
      }
    })
  })

  describe('bodies', () => {
    it('stores nothing of a body that ends early', async () => {
      const before = await state()
      const body = event({ uid: 'early' })
      const head = `PUT ${alice.calendar}early.ics HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Type: text/calendar\r\n`
      await abandon(app().url, `${head}Content-Length: ${body.length + 10}\r\n\r\n${body}`)
      await abandon(
        app().url,
        `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`,
      )
      expect((await alice.send('GET', `${alice.calendar}early.ics`)).status).to.equal(404)
      expect(await state()).to.deep.equal(before)
    })

    it('refuses chunks that are none', () =>
      refuses(
        () =>
          exchange(
            app().url,
            `PUT ${alice.calendar}c.ics HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
          ),
        400,
      ))

    it('refuses a chunked body past the limit', async () => {
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
      await refuses(
        () =>
          exchange(
            app().url,
            `PUT ${alice.calendar}c.ics HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Type: text/calendar\r\nTransfer-Encoding: chunked\r\n\r\n`,
            chunk.repeat(40),
            '0\r\n\r\n',
          ),
        403,
      )
    })

    it('keeps the connection after refusing a large body', async () => {
      const body = Buffer.alloc(3_000_000, 0x78)
      const answer = await alice.send('PUT', `${alice.calendar}large.ics`, { body, type: 'text/calendar' })
      expect(answer.status).to.equal(403)
      expect(answer.condition).to.equal('max-resource-size')
    })
  })

  describe('iCalendar', () => {
    const deep = (levels: number) =>
      component('VEVENT', [
        'UID:deep',
        'DTSTAMP:20260101T000000Z',
        'DTSTART:20260101T000000Z',
        ...Array.from({ length: levels }, () => 'BEGIN:VALARM'),
        ...Array.from({ length: levels }, () => 'END:VALARM'),
      ])
    const bombs: Readonly<Record<string, string>> = {
      'deep nesting': calendar(deep(10_000)),
      'a million instances': calendar(vevent({ uid: 'b', lines: ['RRULE:FREQ=SECONDLY;COUNT=1000000'] })),
      'a giant line': calendar(vevent({ uid: 'b', lines: [`X-LONG:${'x'.repeat(2_000_000)}`] })),
      'giant parameters': calendar(
        vevent({
          uid: 'b',
          lines: [`X-P;${Array.from({ length: 60_000 }, (_, i) => `P${i}=v`).join(';')}:x`],
        }),
      ),
      'a bad rule': calendar(vevent({ uid: 'b', lines: ['RRULE:FREQ=NEVER'] })),
      'a bad date': event({ uid: 'b', start: ':20261301T000000Z' }),
      'no end': 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n',
      'only ends': 'END:VCALENDAR\r\n'.repeat(1000),
      'a NUL': event({ uid: 'b', summary: 'a\u0000b' }),
      'a lone surrogate': event({ uid: 'b', summary: '\ud800' }).replace('\ud800', '\u0001'),
      nothing: '',
    }
    for (const [what, body] of Object.entries(bombs)) {
      it(`refuses ${what} in good time`, async () => {
        const put = () => alice.put(`${alice.calendar}bomb.ics`, body)
        expect(await cpuMsUntil(() => refuses(put, 403, 409))).to.be.lessThan(HANGS)
      })
    }

    for (const rule of [
      'FREQ=SECONDLY',
      'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10',
      'FREQ=YEARLY;INTERVAL=999999',
    ]) {
      it(`stores or refuses ${rule}, and lists what it stored, in good time`, async () => {
        const path = `${alice.calendar}endless.ics`
        const body = calendar(vevent({ uid: 'endless', lines: [`RRULE:${rule}`] }))
        const query = calendarQuery(
          ['D:getetag'],
          filter('VEVENT', timeRange('20300101T000000Z', '20300201T000000Z')),
        )
        const spent = await cpuMsUntil(async () => {
          expect((await alice.put(path, body)).status).to.be.oneOf([201, 403])
          expect((await alice.report(alice.calendar, query, '1')).status).to.equal(207)
        })
        expect(spent).to.be.lessThan(HANGS)
        await alice.send('DELETE', path)
      })
    }
  })

  it('still has what was there before', async () => {
    const answer = await alice.send('GET', `${alice.calendar}a.ics`)
    expect(answer.headers.get('etag')).to.equal(etag)
    expect(answer.text).to.equal(event({ uid: 'a' }))
  })
})
