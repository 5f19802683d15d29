import { expect } from 'chai'
import { serve, type TestServer, trustingLoopback } from './serve.ts'

describe('the client of a request', () => {
  let trusting: TestServer
  let distrusting: TestServer
  const tell = (ctx: { body: unknown; state: { client: unknown; prefix: string }; url: string }) => {
    ctx.body = { ...(ctx.state.client as object), prefix: ctx.state.prefix, url: ctx.url }
  }

  before(async () => {
    const trustedProxies = trustingLoopback()
    trustedProxies.addSubnet('10.0.0.0', 8)
    trusting = await serve(tell, { trustedProxies, prefix: '/cal' })
    distrusting = await serve(tell)
  })
  after(() => Promise.all([trusting.close(), distrusting.close()]))

  async function see(server: TestServer, headers: Record<string, string>, path = '/') {
    return JSON.parse((await server.ask('GET', path, headers)).body)
  }

  const FORWARDED = {
    Host: 'inside:8008',
    'X-Forwarded-For': '192.0.2.66, 198.51.100.4, 10.1.2.3',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'calendar.example.com',
    'X-Forwarded-Prefix': '/team/',
  }

  it('is the peer when no proxy is trusted, whatever the headers claim', async () => {
    expect(await see(distrusting, FORWARDED)).to.include({
      address: '127.0.0.1',
      isSecure: false,
      isConfidential: true,
      isProxied: false,
      origin: 'http://inside:8008',
      prefix: '',
    })
  })

  it('is the last address that is no trusted proxy', async () => {
    expect(await see(trusting, FORWARDED)).to.include({
      address: '198.51.100.4',
      isSecure: true,
      isConfidential: true,
      isProxied: true,
      origin: 'https://calendar.example.com',
      prefix: '/team',
    })
  })

  it('may have a port or an IPv6 address', async () => {
    expect(await see(trusting, { 'X-Forwarded-For': '198.51.100.4:5123' })).to.include({
      address: '198.51.100.4',
    })
    expect(await see(trusting, { 'X-Forwarded-For': '[2001:db8::7]:443' })).to.include({
      address: '2001:db8::7',
    })
    expect(await see(trusting, { 'X-Forwarded-For': '::ffff:198.51.100.4' })).to.include({
      address: '198.51.100.4',
    })
  })

  it('is not taken for local because it claims so through a proxy', async () => {
    expect(await see(trusting, { 'X-Forwarded-For': '127.0.0.1, 198.51.100.4' })).to.include({
      address: '198.51.100.4',
      isConfidential: false,
    })
    expect(await see(trusting, { 'X-Forwarded-For': 'rubbish' })).to.include({ isConfidential: false })
  })

  it('on a trusted machine may come without a proxy', async () => {
    expect(await see(trusting, {})).to.include({
      address: '127.0.0.1',
      isProxied: false,
      isConfidential: true,
    })
  })

  it('reaches the same path with and without the prefix', async () => {
    for (const path of ['/cal/dav/x?y', '/dav/x?y']) {
      expect(await see(trusting, {}, path), path).to.include({ url: '/dav/x?y', prefix: '/cal' })
    }
    expect(await see(trusting, {}, '/cal')).to.include({ url: '/' })
    expect(await see(trusting, {}, '/calendar')).to.include({ url: '/calendar' })
  })

  it('may name the request only through a trusted proxy, and only harmlessly', async () => {
    const idOf = async (server: TestServer, headers: Record<string, string>) =>
      (await server.ask('GET', '/', { 'X-Forwarded-Proto': 'https', ...headers })).headers['x-request-id']
    expect(await idOf(trusting, { 'X-Request-Id': 'abc-1' })).to.equal('abc-1')
    expect(await idOf(distrusting, { 'X-Request-Id': 'abc-1' })).to.match(/^[0-9a-f-]{36}$/)
    expect(await idOf(trusting, { 'X-Request-Id': 'a "quoted" id' })).to.match(/^[0-9a-f-]{36}$/)
  })
})
