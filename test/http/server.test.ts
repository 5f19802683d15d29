import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { get } from 'node:https'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { expect } from 'chai'
import Koa from 'koa'
import { createLogger } from '../../src/http/log.ts'
import { close, createHttpServer, listen } from '../../src/http/server.ts'
import type { RequestState } from '../../src/http/state.ts'
import { readTlsFiles } from '../../src/http/tls.ts'

const LOG = createLogger('silent')

function appAnswering(answer: () => Promise<string>): Koa<RequestState> {
  const app = new Koa<RequestState>()
  app.use(async (ctx) => {
    ctx.body = await answer()
  })
  return app
}

/** Sends text as it is and reads until the server closes. */
async function exchange(port: number, sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(sent)
  return text(socket)
}

describe('the HTTP server', () => {
  let server: Server
  let port: number
  let release: () => void
  let arrived: Promise<void>

  beforeEach(async () => {
    let arrive: () => void
    arrived = new Promise((resolve) => {
      arrive = resolve
    })
    const gate = new Promise<string>((resolve) => {
      release = () => resolve('done')
    })
    const app = appAnswering(() => {
      arrive()
      return gate
    })
    server = createHttpServer(app, undefined, LOG)
    port = await listen(server, '127.0.0.1', 0)
  })
  afterEach(() => close(server, 0))

  it('lets requests under way finish when it stops, and takes no new ones', async () => {
    const answer = exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await arrived
    const closed = close(server, 10_000)
    const late = await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n').catch((error) => error)
    expect(late).to.have.property('code', 'ECONNREFUSED')
    release()
    expect(await answer).to.include('done')
    await closed
  })

  it('cuts requests that outlast the grace period', async () => {
    const answer = exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n').catch((error) => error.code)
    await arrived
    await close(server, 10)
    expect(await answer).to.be.oneOf(['', 'ECONNRESET'])
  })

  it('does not wait for connections that are idle', async () => {
    const idle: Socket = connect(port, '127.0.0.1')
    await once(idle, 'connect')
    await close(server, 10_000)
    idle.destroy()
  })

  it('bounds the time and the size of what it reads', async () => {
    expect(server.headersTimeout).to.be.at.most(30_000)
    expect(server.requestTimeout).to.be.within(60_000, 600_000)
    const huge = await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)
    expect(huge).to.match(/^HTTP\/1\.1 431 /)
  })

  it('answers what is not HTTP with 400', async () => {
    expect(await exchange(port, 'GET / RUBBISH\r\n\r\n')).to.match(/^HTTP\/1\.1 400 /)
  })

  it('says what is wrong with a path that is not percent-encoded', async () => {
    const answer = await exchange(port, 'GET /bücher.ics HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(answer).to.match(/^HTTP\/1\.1 400 /)
    expect(answer).to.include('percent-encode')
  })

  it('fails to listen where another program does', async () => {
    const second = createHttpServer(
      appAnswering(async () => ''),
      undefined,
      LOG,
    )
    const failure = await listen(second, '127.0.0.1', port).catch((error) => error)
    expect(failure).to.have.property('code', 'EADDRINUSE')
  })
})

describe('TLS', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kalends-tls-'))
    for (const name of ['one', 'two']) {
      const subject = [
        '-subj',
        `/CN=${name}.example.test`,
        '-addext',
        `subjectAltName=DNS:${name}.example.test`,
      ]
      const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', ...subject, ...files],
        {
          stdio: 'ignore',
        },
      )
    }
  })
  after(() => rmSync(folder, { recursive: true }))

  function use(name: string): void {
    for (const kind of ['crt', 'key'])
      copyFileSync(join(folder, `${name}.${kind}`), join(folder, `live.${kind}`))
  }
  const files = () => ({ cert: join(folder, 'live.crt'), key: join(folder, 'live.key') })

  async function subjectSeen(port: number): Promise<string> {
    const request = get({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false })
    const [response] = await once(request, 'response')
    const { CN } = (response.socket as TLSSocket).getPeerCertificate().subject
    await text(response)
    return String(CN)
  }

  it('reads its files again when they change, and keeps the old ones while the new are unusable', async () => {
    use('one')
    const server = createHttpServer(
      appAnswering(async () => 'hello'),
      files(),
      LOG,
    )
    const port = await listen(server, '127.0.0.1', 0)
    try {
      expect(await subjectSeen(port)).to.equal('one.example.test')
      writeFileSync(files().key, 'half written')
      const deadline = Date.now() + 15_000
      use('two')
      while ((await subjectSeen(port)) !== 'two.example.test' && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      expect(await subjectSeen(port)).to.equal('two.example.test')
    } finally {
      await close(server, 0)
    }
  })

  it('refuses files that are missing or do not belong together', () => {
    expect(() => readTlsFiles({ cert: join(folder, 'one.crt'), key: join(folder, 'two.key') })).to.throw()
    expect(() => readTlsFiles({ cert: join(folder, 'none.crt'), key: join(folder, 'two.key') })).to.throw(
      'ENOENT',
    )
  })
})
