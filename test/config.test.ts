import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect } from 'chai'
import { DEFAULT_LIMITS } from '../src/calendar/env.ts'
import { createCalendarEnv } from '../src/calendar-env.ts'
import { ConfigError, loadConfig, SETTINGS } from '../src/config.ts'
import type { Store } from '../src/store/store.ts'

const EXAMPLE = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')

describe('config', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kalends-config-'))
  })
  after(() => rmSync(folder, { recursive: true }))
  afterEach(() => rmSync(join(folder, '.env'), { force: true }))

  const load = (env: Record<string, string> = {}) => loadConfig(env, folder)

  it('has every setting, with its fallback, in .env.example', () => {
    const example = parseEnv(EXAMPLE)
    const settings = Object.fromEntries(
      Object.values(SETTINGS).map(({ name, fallback }) => [name, fallback ?? '']),
    )
    expect(example).to.deep.equal(settings)
  })

  it('is the same with .env.example as with nothing', () => {
    const bare = load()
    writeFileSync(join(folder, '.env'), EXAMPLE)
    expect(load()).to.deep.equal(bare)
  })

  it('takes the environment before .env, and an empty value as unset', () => {
    writeFileSync(join(folder, '.env'), 'PORT=1111\nHOST=::1\n')
    expect(load({ PORT: '2222', HOST: '' })).to.include({ port: 2222, host: '::1' })
  })

  it('is frozen', () => {
    expect(load()).to.be.frozen
  })

  it('names every variable that is wrong, and what it should be, at once', () => {
    const wrong = {
      PORT: '70000',
      DATABASE_URL: 'mysql://x/y',
      PUBLIC_URL: 'example.com',
      TRUSTED_PROXIES: '10.0.0.0/99',
      CORS_ORIGINS: 'https://a.example/path',
      METRICS_ADDRESS: 'here',
      LOG_LEVEL: 'loud',
      WORKERS: '0',
      MAX_RESOURCE_SIZE: '-1',
    }
    expect(() => load(wrong))
      .to.throw(ConfigError)
      .with.property('message')
      .that.satisfies((message: string) => Object.keys(wrong).every((name) => message.includes(name)))
  })

  it('does not repeat a password it cannot read', () => {
    for (const url of [
      'postgres//u:hunter2@h/d',
      'postgres://u:hunter2/x@h/d',
      'postgres://u:hunter2/@x@h/d',
    ]) {
      expect(() => load({ DATABASE_URL: url }), url).to.throw(ConfigError, /^((?!hunter2).)*$/)
    }
  })

  it('wants both TLS files or none', () => {
    expect(() => load({ TLS_CERT: 'a.pem' })).to.throw(ConfigError, 'TLS_KEY')
    expect(load({ TLS_CERT: '/a.pem', TLS_KEY: '/b.pem' })).to.include({
      tlsCert: '/a.pem',
      tlsKey: '/b.pem',
    })
  })

  it('wants a secret for reply addresses, but takes one without them: it signs links, too', () => {
    expect(() => load({ MAIL_REPLY_DOMAIN: 'a.example' })).to.throw(ConfigError, 'MAIL_SECRET')
    const mailSecret = 'a secret of sixteen octets or more'
    expect(load({ MAIL_SECRET: mailSecret })).to.include({ mailSecret })
  })

  it('reads the public address with its path', () => {
    expect(load({ PUBLIC_URL: 'https://example.com/calendar/' }).publicUrl).to.deep.equal({
      origin: 'https://example.com',
      prefix: '/calendar',
    })
    expect(load({ PUBLIC_URL: 'https://example.com' }).publicUrl?.prefix).to.equal('')
    for (const path of ['/dav', '/principals/x', '/healthz', '/a?b', '/ä']) {
      expect(() => load({ PUBLIC_URL: `https://example.com${path}` }), path).to.throw(
        ConfigError,
        'PUBLIC_URL',
      )
    }
  })

  it('reads networks, origins and addresses', () => {
    const config = load({
      TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8 2001:db8::/32',
      CORS_ORIGINS: 'https://a.example,http://localhost:3000',
      METRICS_ADDRESS: '[::1]:9464',
    })
    expect(config.trustedProxies.check('10.9.8.7')).to.equal(true)
    expect(config.trustedProxies.check('2001:db8::1', 'ipv6')).to.equal(true)
    expect(config.trustedProxies.check('11.0.0.1')).to.equal(false)
    expect([...config.corsOrigins]).to.deep.equal(['https://a.example', 'http://localhost:3000'])
    expect(config.metrics).to.deep.equal({ host: '::1', port: 9464 })
    expect(load({ METRICS_ADDRESS: '9464' }).metrics).to.deep.equal({ host: '127.0.0.1', port: 9464 })
  })

  it('leaves the limits as the use cases have them unless told otherwise', () => {
    expect(createCalendarEnv(load(), {} as Store).limits).to.deep.equal(DEFAULT_LIMITS)
    expect(createCalendarEnv(load({ MAX_INSTANCES: '7' }), {} as Store).limits.maxInstances).to.equal(7)
  })
})
