import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { basic, freePort, run, type Served, serve, waitFor } from './process.ts'

const IS_ROOT = process.getuid?.() === 0

describe('kalends serve', function () {
  this.timeout(120_000)
  let cwd: string
  const running = new Set<Served>()

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'kalends-serve-'))
    chmodSync(cwd, 0o755)
  })
  afterEach(async () => {
    for (const server of running) if (server.child.exitCode === null) await server.stop()
    running.clear()
    await waitFor(() => (postgresIsRunning() ? undefined : true))
    rmSync(cwd, { recursive: true, force: true })
  })

  async function start(
    options: Partial<Parameters<typeof serve>[0]> = {},
    args: string[] = [],
  ): Promise<Served> {
    const server = await serve({ cwd, ...options }, args)
    running.add(server)
    return server
  }

  function pidFile(): string {
    return join(cwd, 'data/postgres/cluster/postmaster.pid')
  }

  function postgresIsRunning(): boolean {
    if (!existsSync(pidFile())) return false
    const pid = Number.parseInt(readFileSync(pidFile(), 'utf8'), 10)
    try {
      process.kill(pid, 0)
      return true
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
  }

  function event(uid: string): string {
    return [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//test//EN',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20261122T120000Z',
      'DTSTART:20261122T120000Z',
      'SUMMARY:Test',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
  }

  async function put(server: Served, uid: string, password: string): Promise<number> {
    const response = await fetch(`${server.url}dav/calendars/owner/calendar/${uid}.ics`, {
      method: 'PUT',
      headers: { ...basic('owner', password), 'Content-Type': 'text/calendar' },
      body: event(uid),
    })
    await response.arrayBuffer()
    return response.status
  }

  async function has(server: Served, uid: string, password: string): Promise<boolean> {
    const response = await fetch(`${server.url}dav/calendars/owner/calendar/${uid}.ics`, {
      headers: basic('owner', password),
    })
    return (await response.text()) === event(uid)
  }

  it('makes an account on the first start, keeps everything for the second, and leaves nothing running', async () => {
    const first = await start()
    expect(first.output()).to.include('user name:  owner')
    const password = first.password as string
    for (const path of ['healthz', 'readyz']) expect((await fetch(first.url + path)).status).to.equal(200)
    expect(await put(first, 'kept', password)).to.equal(201)
    expect(await first.stop('SIGINT')).to.equal(0)
    expect(postgresIsRunning()).to.equal(false)

    const second = await start()
    expect(second.password).to.equal(undefined)
    expect(second.output()).not.to.include(password)
    expect(second.output()).to.include('kalends user passwd')
    expect(await has(second, 'kept', password)).to.equal(true)
    expect(await second.stop('SIGTERM')).to.equal(0)
    expect(postgresIsRunning()).to.equal(false)
  })

  it('does not write passwords to disk or log in clear', async () => {
    const server = await start()
    const password = server.password as string
    await put(server, 'x', password)
    await put(server, 'y', 'a wrong one')
    await server.stop()
    expect(server.output().split(password)).to.have.length(2)
    expect(server.output()).not.to.include('a wrong one')
    const found = spawn('grep', ['-rlF', password, join(cwd, 'data')])
    const [code] = await once(found, 'close')
    expect(code).to.equal(1)
  })

  it('has every acknowledged write after being killed at any moment', async () => {
    let server = await start()
    const password = server.password as string
    const acknowledged: string[] = []
    for (let round = 0; round < 3; round++) {
      const victim = server
      const writes = (async () => {
        for (let i = 0; ; i++) {
          const uid = `r${round}-${i}`
          if ((await put(victim, uid, password)) === 201) acknowledged.push(uid)
        }
      })().catch(() => 'connection lost')
      await waitFor(() => (acknowledged.some((uid) => uid.startsWith(`r${round}-`)) ? true : undefined))
      await new Promise((resolve) => setTimeout(resolve, 50 + 130 * round))
      victim.child.kill('SIGKILL')
      expect(await writes).to.equal('connection lost')
      // On the last round Postgres is killed as well, as a power failure would.
      if (round === 2) killPostgres()
      server = await start()
    }
    for (const uid of acknowledged) expect(await has(server, uid, password), uid).to.equal(true)
    expect(acknowledged.length).to.be.greaterThan(3)
    expect(await server.stop()).to.equal(0)
    expect(postgresIsRunning()).to.equal(false)
  })

  function killPostgres(): void {
    const pid = Number.parseInt(readFileSync(pidFile(), 'utf8'), 10)
    process.kill(pid, 'SIGKILL')
  }

  it('answers the request under way before it stops', async () => {
    const server = await start()
    const body = event('slow')
    const { port } = new URL(server.url)
    const { connect } = await import('node:net')
    const socket = connect(Number(port), '127.0.0.1')
    let received = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk
    })
    const { Authorization } = basic('owner', server.password as string)
    socket.write(
      `PUT /dav/calendars/owner/calendar/slow.ics HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\n` +
        `Content-Type: text/calendar\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    )
    await waitFor(() => (received.includes('100 Continue') ? true : undefined))
    server.child.kill('SIGTERM')
    await waitFor(() => (server.output().includes('"stopping"') ? true : undefined))
    socket.write(body)
    await waitFor(() => (/HTTP\/1\.1 201 /.test(received) ? true : undefined))
    expect(await server.stop()).to.equal(0)
    expect(postgresIsRunning()).to.equal(false)
  })

  it('takes two signals at once for one, and a later one for impatience', async () => {
    const server = await start({ env: { SHUTDOWN_SECONDS: '600' } })
    const { port } = new URL(server.url)
    const { connect } = await import('node:net')
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    const { Authorization } = basic('owner', server.password as string)
    socket.write(
      `PUT /dav/calendars/owner/calendar/x.ics HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\nContent-Length: 10\r\n\r\n`,
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    server.child.kill('SIGINT')
    server.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 1300))
    expect(server.child.exitCode).to.equal(null)
    expect(await server.stop('SIGINT')).to.equal(0)
    expect(postgresIsRunning()).to.equal(false)
  })

  it('says in one sentence that the port is taken, and leaves no Postgres', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    try {
      const { code, stderr } = await run(['serve'], { cwd, env: { PORT: String(port) } })
      expect(code).to.equal(1)
      expect(stderr).to.match(
        /^kalends: cannot listen on 127\.0\.0\.1:\d+ .*another program listens there already\n$/,
      )
      expect(postgresIsRunning()).to.equal(false)
    } finally {
      other.close()
    }
  })

  it('says in one sentence what is wrong with DATABASE_URL', async () => {
    const port = await freePort()
    for (const [url, sentence] of [
      ['mysql://localhost/x', /^kalends: DATABASE_URL must be a URL beginning with postgres.*\n$/],
      [
        `postgres://u:hunter2@127.0.0.1:${port}/x`,
        /^kalends: the database x at 127\.0\.0\.1:\d+ .*nothing listens there\n$/,
      ],
      ['postgres://u@no-such-host.invalid/x', /^kalends: the database x at no-such-host\.invalid .*\n$/],
    ] as const) {
      const { code, stderr } = await run(['serve'], { cwd, env: { PORT: '0', DATABASE_URL: url } })
      expect(code, url).to.be.oneOf([1, 2])
      expect(stderr).to.match(sentence)
      expect(stderr).not.to.include('hunter2')
    }
  })

  it('says in one sentence that Redis cannot be reached, and leaves no Postgres', async () => {
    const env = { PORT: '0', REDIS_URL: `redis://:hunter2@127.0.0.1:${await freePort()}` }
    const { code, stderr } = await run(['serve'], { cwd, env })
    expect(code).to.equal(1)
    expect(stderr).to.match(
      /^kalends: Redis at 127\.0\.0\.1:\d+ \(REDIS_URL\) cannot be used: nothing listens there\n$/,
    )
    expect(postgresIsRunning()).to.equal(false)
  })

  it('says in one sentence that the data folder cannot be used', async () => {
    writeFileSync(join(cwd, 'file'), 'not a folder')
    const { code, stderr } = await run(['serve'], {
      cwd,
      env: { PORT: '0', DATA_DIR: join(cwd, 'file', 'data') },
    })
    expect(code).to.equal(1)
    expect(stderr).to.match(/^kalends: the data folder .*file\/data \(DATA_DIR\) cannot be used: .*\n$/)
  })

  it('names every setting that is wrong', async () => {
    const { code, stderr } = await run(['serve'], { cwd, env: { PORT: 'x', WORKERS: '0' } })
    expect(code).to.equal(2)
    expect(stderr).to.match(/^kalends: PORT must be .*; WORKERS must be .*\n$/)
  })

  it('serves over TLS, and only the metrics on their own address', async () => {
    const cert = join(cwd, 'tls.crt')
    const key = join(cwd, 'tls.key')
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ed25519',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=x',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    )
    const metrics = await freePort()
    const server = await start({ env: { TLS_CERT: cert, TLS_KEY: key, METRICS_ADDRESS: String(metrics) } })
    expect(server.url).to.match(/^https:/)
    const seen = await fetch(`http://127.0.0.1:${metrics}/metrics`)
    expect(await seen.text()).to.include('kalends_database_connections')
    const ready = execFileSync('curl', ['-sk', `${server.url}readyz`], { encoding: 'utf8' })
    expect(ready).to.equal('ok\n')
    expect(
      execFileSync('curl', ['-sk', '-o', join(cwd, 'out'), '-w', '%{http_code}', `${server.url}metrics`], {
        encoding: 'utf8',
      }),
    ).to.equal('404')
    expect(await server.stop()).to.equal(0)
  })

  it('runs several workers, replaces one that dies, and stops them all', async () => {
    const metrics = await freePort()
    const server = await start({ env: { METRICS_ADDRESS: String(metrics) } }, ['--workers', '2'])
    const children = () =>
      execFileSync('pgrep', ['-P', String(server.child.pid), '-x', 'node'], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map(Number)
    expect(children()).to.have.length(2)
    const before = children()
    const password = server.password as string
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, i) => put(server, `w${i}`, password)))
    expect(new Set(statuses)).to.deep.equal(new Set([201]))
    const seen = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    expect(seen).to.match(/kalends_http_requests_total\{method="PUT",route="\w+",status="201"\} 20/)
    process.kill(before[0] as number, 'SIGKILL')
    await waitFor(() =>
      children().length === 2 && !children().includes(before[0] as number) ? true : undefined,
    )
    // A connection kept alive to the dead worker breaks once.
    const status = await put(server, 'after', password).catch(() => put(server, 'after', password))
    expect(status).to.equal(201)
    const all = children()
    expect(await server.stop('SIGINT')).to.equal(0)
    for (const pid of all) expect(() => process.kill(pid, 0)).to.throw('ESRCH')
    expect(postgresIsRunning()).to.equal(false)
  })

  it('runs as an ordinary user', async function () {
    if (!IS_ROOT) this.skip()
    mkdirSync(join(cwd, 'home'))
    execFileSync('chown', ['nobody', join(cwd, 'home')])
    const prefix = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups']
    const server = await start({ cwd: join(cwd, 'home'), prefix })
    expect(await put(server, 'x', server.password as string)).to.equal(201)
    expect(await server.stop()).to.equal(0)
  })

  it('refuses a data folder it may not write to', async function () {
    if (!IS_ROOT) this.skip()
    const prefix = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups']
    const { code, stderr } = await run(['serve'], { cwd, env: { PORT: '0' }, prefix })
    expect(code).to.equal(1)
    expect(stderr).to.match(/^kalends: the data folder .* cannot be used: permission denied\n$/)
  })
})
