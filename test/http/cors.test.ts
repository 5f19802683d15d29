import { expect } from 'chai'
import { serve, type TestServer } from './serve.ts'

const APP = 'https://app.example.com'

describe('cross-origin access', () => {
  let server: TestServer
  before(async () => {
    server = await serve(
      (ctx) => {
        ctx.set('DAV', '1, calendar-access')
        ctx.body = 'answered by the front end'
      },
      { corsOrigins: new Set([APP]) },
    )
  })
  after(() => server.close())

  const PREFLIGHT = {
    Origin: APP,
    'Access-Control-Request-Method': 'PROPFIND',
    'Access-Control-Request-Headers': 'authorization, depth',
  }

  it('answers the preflight of a configured origin', async () => {
    const { status, headers } = await server.ask('OPTIONS', '/dav/', PREFLIGHT)
    expect(status).to.equal(204)
    expect(headers['access-control-allow-origin']).to.equal(APP)
    expect(headers['access-control-allow-methods']).to.include('PROPFIND')
    expect(headers['access-control-allow-headers']).to.equal('authorization, depth')
    expect(headers.vary).to.include('Origin')
  })

  it('leaves every other OPTIONS to WebDAV', async () => {
    for (const headers of [{}, { Origin: APP }, { ...PREFLIGHT, Origin: 'https://other.example' }]) {
      const answer = await server.ask('OPTIONS', '/dav/', headers as Record<string, string>)
      expect(answer.status).to.equal(200)
      expect(answer.headers.dav).to.include('calendar-access')
    }
  })

  it('exposes the headers clients need to configured origins only', async () => {
    const known = await server.ask('GET', '/', { Origin: APP })
    for (const name of ['ETag', 'DAV', 'Location', 'Schedule-Tag', 'Sync-Token']) {
      expect(known.headers['access-control-expose-headers']).to.include(name)
    }
    const unknown = await server.ask('GET', '/', { Origin: 'https://other.example' })
    expect(unknown.headers).not.to.have.property('access-control-allow-origin')
  })

  it('refuses a change that another site makes a browser send', async () => {
    const forged = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
    expect(await server.ask('POST', '/', forged)).to.include({ status: 403 })
    expect(await server.ask('GET', '/', forged)).to.include({ status: 200 })
    expect(await server.ask('POST', '/', { ...forged, Origin: APP })).to.include({ status: 200 })
  })
})
