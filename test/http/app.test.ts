import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import { HttpError } from '../../src/http/errors.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { serve, type TestServer } from './serve.ts'

describe('the application', () => {
  let server: TestServer
  let problem: string | undefined
  before(async () => {
    server = await serve(
      (ctx, next) => {
        if (ctx.path === '/teapot')
          throw new HttpError(418, 'Short and stout.', { headers: { 'X-Pot': 'yes' } })
        if (ctx.path === '/bug') throw new Error('secret detail')
        if (ctx.path === '/store') throw new StoreUnavailable('gone')
        if (ctx.path === '/half') {
          ctx.body = Readable.from(
            (async function* () {
              yield 'one'
              throw new Error('broke')
            })(),
          )
          return
        }
        return next()
      },
      { readiness: async () => problem },
    )
  })
  after(() => server.close())
  beforeEach(() => {
    problem = undefined
  })

  it('gives its answer to those who still send when the connection ends with it', async () => {
    const body = Buffer.alloc(48 * 1024 * 1024, 'x')
    const head = `PUT /teapot HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk
    })
    socket.end(Buffer.concat([Buffer.from(head), body]))
    await once(socket, 'finish')
    await once(socket, 'close')
    expect(answer).to.match(/^HTTP\/1\.1 418 .*Short and stout/s)
  })

  it('says what an HttpError says, with its headers', async () => {
    const answer = await server.ask('GET', '/teapot')
    expect(answer).to.include({ status: 418, body: 'Short and stout.\n' })
    expect(answer.headers['x-pot']).to.equal('yes')
  })

  it('hides what went wrong inside, but logs it under the id it answers with', async () => {
    const answer = await server.ask('GET', '/bug')
    expect(answer.status).to.equal(500)
    expect(answer.body).not.to.include('secret detail')
    const id = answer.headers['x-request-id']
    expect(answer.body).to.include(id)
    const line = server.lines.find((each) => each.requestId === id && each.level === 50)
    expect(JSON.stringify(line)).to.include('secret detail')
  })

  it('answers 503 while the database is away', async () => {
    const answer = await server.ask('GET', '/store')
    expect(answer.status).to.equal(503)
    expect(answer.headers['retry-after']).to.equal('5')
  })

  it('breaks the connection when an answer cannot be finished', async () => {
    const failure = await server.ask('GET', '/half').catch((error) => error)
    expect(failure).to.have.property('code', 'ECONNRESET')
  })

  it('answers 404 where no front end does', async () => {
    expect(await server.ask('GET', '/nowhere')).to.include({ status: 404 })
  })

  it('is healthy while it answers, and ready while it can serve', async () => {
    expect(await server.ask('GET', '/healthz')).to.include({ status: 200, body: 'ok\n' })
    expect(await server.ask('GET', '/readyz')).to.include({ status: 200 })
    expect(await server.ask('HEAD', '/readyz')).to.include({ status: 200, body: '' })
    expect(await server.ask('PUT', '/readyz')).to.include({ status: 405 })
    problem = 'the database cannot be reached'
    expect(await server.ask('GET', '/healthz')).to.include({ status: 200 })
    expect(await server.ask('GET', '/readyz')).to.include({ status: 503, body: `${problem}\n` })
  })

  it('keeps browsers from guessing types and running stored files', async () => {
    const { headers } = await server.ask('GET', '/healthz')
    expect(headers['x-content-type-options']).to.equal('nosniff')
    expect(headers['content-security-policy']).to.include('sandbox')
  })

  it('logs each request without credentials, cookies or query', async () => {
    await server.ask('GET', '/nowhere?token=feedsecret', {
      Authorization: `Basic ${Buffer.from('alice:hunter2').toString('base64')}`,
      Cookie: 'session=cookiesecret',
      'User-Agent': 'test agent',
    })
    const line = server.lines.at(-1)
    expect(line).to.include({
      msg: 'request',
      method: 'GET',
      path: '/nowhere',
      status: 404,
      agent: 'test agent',
    })
    const all = JSON.stringify(server.lines)
    for (const secret of [
      'hunter2',
      'cookiesecret',
      'feedsecret',
      Buffer.from('alice:hunter2').toString('base64'),
    ]) {
      expect(all).not.to.include(secret)
    }
  })
})
