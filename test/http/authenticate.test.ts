import { expect } from 'chai'
import { OverloadedError } from '../../src/accounts/limiter.ts'
import type { LoginResult } from '../../src/accounts/login.ts'
import { authenticate, CHALLENGE, readBasic } from '../../src/http/authenticate.ts'
import { serve, type TestServer, trustingLoopback } from './serve.ts'

const ACTOR = { username: 'alice' } as never

function basic(pair: string | Buffer): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(pair as string).toString('base64')}` }
}

describe('authenticate', () => {
  let server: TestServer
  const seen: [string, string, string][] = []
  const accounts = {
    async authenticate(
      username: string,
      password: string,
      from: { remoteAddress: string },
    ): Promise<LoginResult> {
      seen.push([username, password, from.remoteAddress])
      if (password === 'slow down') return { throttled: 7 }
      if (password === 'overload') throw new OverloadedError('full')
      return password === 'right' ? { actor: ACTOR } : { refused: true }
    },
  }
  const guard = authenticate(accounts)

  before(async () => {
    server = await serve(
      (ctx) =>
        guard(ctx, async () => {
          ctx.body = ctx.state.actor?.username
        }),
      { trustedProxies: trustingLoopback() },
    )
  })
  after(() => server.close())

  it('passes the actor on', async () => {
    expect(await server.ask('GET', '/', basic('alice:right'))).to.include({ status: 200, body: 'alice' })
  })

  it('challenges every method with one realm when credentials are missing, malformed or wrong', async () => {
    for (const headers of [
      {},
      { Authorization: 'Basic' },
      { Authorization: 'Basic ???' },
      { Authorization: 'Bearer abc' },
      basic('alice'),
      basic(':right'),
      basic('alice:wrong'),
      basic('al\0ice:right'),
    ]) {
      for (const method of ['GET', 'OPTIONS', 'PROPFIND', 'PUT']) {
        const answer = await server.ask(method, '/', headers)
        expect(answer.status, JSON.stringify(headers)).to.equal(401)
        expect(answer.headers['www-authenticate']).to.equal(CHALLENGE)
      }
    }
  })

  it('tells a throttled client when to come back', async () => {
    const answer = await server.ask('GET', '/', basic('alice:slow down'))
    expect(answer.status).to.equal(429)
    expect(answer.headers['retry-after']).to.equal('7')
  })

  it('answers 503 while too many logins wait', async () => {
    const answer = await server.ask('GET', '/', basic('alice:overload'))
    expect(answer.status).to.equal(503)
    expect(answer.headers['retry-after']).to.equal('5')
  })

  it('refuses, without a challenge, what a proxy received in clear from outside', async () => {
    const forwarded = { 'X-Forwarded-For': '192.0.2.9', 'X-Forwarded-Proto': 'http' }
    seen.length = 0
    const answer = await server.ask('GET', '/', { ...basic('alice:right'), ...forwarded })
    expect(answer.status).to.equal(403)
    expect(answer.headers).not.to.have.property('www-authenticate')
    expect(seen).to.have.length(0)
  })

  it('accepts what a proxy received over https, and counts it to the client', async () => {
    const forwarded = { 'X-Forwarded-For': '192.0.2.9', 'X-Forwarded-Proto': 'https' }
    expect(await server.ask('GET', '/', { ...basic('alice:right'), ...forwarded })).to.include({
      status: 200,
    })
    expect(seen.at(-1)?.[2]).to.equal('192.0.2.9')
  })
})

describe('readBasic', () => {
  it('reads UTF-8, and Latin-1 where it is not UTF-8', () => {
    const encode = (octets: Buffer) => `Basic ${octets.toString('base64')}`
    expect(readBasic(encode(Buffer.from('zoë:pässword')))).to.deep.equal({
      username: 'zoë',
      password: 'pässword',
    })
    expect(readBasic(encode(Buffer.from('zoë:pässword', 'latin1')))).to.deep.equal({
      username: 'zoë',
      password: 'pässword',
    })
  })

  it('takes the scheme in any case and keeps colons in the password', () => {
    const pair = Buffer.from('a:b:c').toString('base64')
    expect(readBasic(`bAsIc ${pair}`)).to.deep.equal({ username: 'a', password: 'b:c' })
  })
})
