import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import Koa from 'koa'
import { timezoneService } from '../../src/dav/timezone-service.ts'
import type { HttpApp } from '../../src/http/state.ts'
import { fromJcal } from '../../src/ical/jcal.ts'
import { parseCalendar } from '../../src/ical/text.ts'

describe('the time zone service (RFC 7808)', () => {
  let server: Server
  let base = ''

  before((done) => {
    const app: HttpApp = new Koa()
    app.use((koa, next) => {
      Object.assign(koa.state, { prefix: '/kalends' })
      return next()
    })
    app.use(timezoneService)
    server = createServer(app.callback())
    server.listen(0, '127.0.0.1', () => {
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      done()
    })
  })

  after((done) => {
    server.close(done)
  })

  function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${base}${path}`, { headers, redirect: 'manual' })
  }

  async function json(path: string): Promise<Record<string, unknown>> {
    return (await get(path)).json() as Promise<Record<string, unknown>>
  }

  it('is found from its well-known path', async () => {
    const response = await get('/.well-known/timezone/capabilities')
    expect(response.status).to.equal(301)
    expect(response.headers.get('location')).to.equal('/kalends/timezones/capabilities')
  })

  it('tells its capabilities under the path clients see', async () => {
    expect(JSON.stringify(await json('/timezones/capabilities'))).to.include(
      '/kalends/timezones/zones{/tzid}',
    )
  })

  it('lists, finds, expands and gives leap seconds', async () => {
    expect((await json('/timezones/zones')).timezones)
      .to.be.an('array')
      .with.length.above(300)
    expect((await json('/timezones/zones?pattern=*new%20york*')).timezones).to.have.length(1)
    const expanded = await json(
      '/timezones/zones/America%2FNew_York/observances?start=2008-01-01T00:00:00Z&end=2009-01-01T00:00:00Z',
    )
    expect(expanded.observances).to.have.length(3)
    expect((await json('/timezones/leapseconds')).leapseconds).to.have.length(28)
  })

  it('gets a zone in each form, with an etag of its own', async () => {
    const text = await get('/timezones/zones/Europe%2FBerlin')
    expect(text.headers.get('content-type')).to.equal('text/calendar; charset=utf-8')
    expect(parseCalendar(await text.text()).components[0]?.name).to.equal('VTIMEZONE')
    const jcal = await get('/timezones/zones/Europe%2FBerlin', { Accept: 'application/calendar+json' })
    expect(fromJcal(await jcal.json()).components[0]?.name).to.equal('VTIMEZONE')
    const xcal = await get('/timezones/zones/Europe%2FBerlin', { Accept: 'application/calendar+xml' })
    expect(await xcal.text()).to.include('urn:ietf:params:xml:ns:icalendar-2.0')
    expect(new Set([text, jcal, xcal].map(({ headers }) => headers.get('etag')))).to.have.property('size', 3)
  })

  it('answers 304 to a client that has it', async () => {
    const etag = (await get('/timezones/zones/UTC')).headers.get('etag') ?? ''
    expect((await get('/timezones/zones/UTC', { 'If-None-Match': etag })).status).to.equal(304)
  })

  for (const [path, status, error] of [
    ['/timezones/zones/America%2FPittsburgh', 404, 'tzid-not-found'],
    ['/timezones/zones/UTC?start=now', 400, 'invalid-start'],
    ['/timezones/zones/UTC/observances?start=2008-01-01T00:00:00Z', 400, 'invalid-end'],
    ['/timezones/zones?pattern=a*b', 400, 'invalid-pattern'],
    ['/timezones/zones?changedsince=1&changedsince=2', 400, 'invalid-changedsince'],
    ['/timezones/zones/%ff', 400, 'invalid-action'],
    ['/timezones/nothing', 400, 'invalid-action'],
    ['/timezones', 400, 'invalid-action'],
  ] as const) {
    it(`answers ${status} ${error} for ${path}`, async () => {
      const response = await get(path)
      expect(response.status).to.equal(status)
      expect(response.headers.get('content-type')).to.match(/^application\/problem\+json/)
      expect(await response.json()).to.include({ type: `urn:ietf:params:tzdist:error:${error}`, status })
    })
  }

  it('answers 406 for a form it does not have', async () => {
    expect((await get('/timezones/zones/UTC', { Accept: 'image/png' })).status).to.equal(406)
  })

  it('answers 405 for other methods and leaves other paths alone', async () => {
    expect((await fetch(`${base}/timezones/zones`, { method: 'PUT', body: 'x' })).status).to.equal(405)
    expect((await get('/timezonesque')).status).to.equal(404)
  })
})
