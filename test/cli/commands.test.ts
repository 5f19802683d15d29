import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { basic, type Ended, freePort, run, serve } from './process.ts'

describe('the command line', function () {
  this.timeout(120_000)
  let cwd: string
  let database: TestDatabase
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'kalends-cli-'))
    database = await createTestDatabase()
  })
  after(async () => {
    await database.drop()
    rmSync(cwd, { recursive: true })
  })

  const kalends = (args: string, input = ''): Promise<Ended> =>
    run(args.split(' '), { cwd, input, env: { DATABASE_URL: database.url } })

  async function done(args: string, input = ''): Promise<string> {
    const { code, stdout, stderr } = await kalends(args, input)
    expect(code, `${args}: ${stderr}`).to.equal(0)
    return stdout
  }

  async function fails(args: string, code: number, sentence: RegExp): Promise<void> {
    const ended = await kalends(args)
    expect(ended.stderr, args).to.match(sentence)
    expect(ended.code, args).to.equal(code)
    expect(ended.stderr).not.to.match(/\n\s+at /)
  }

  function addUser(name: string): Promise<string> {
    return done(
      `user add ${name}@example.test --username ${name} --name ${name} --password-stdin`,
      'secret\n',
    )
  }

  it('lists nothing as nothing, and as an empty array', async () => {
    expect(await done('user list')).to.equal('')
    expect(await done('user list --json')).to.equal('[]\n')
  })

  it('adds a user by the line that others script', async () => {
    expect(await addUser('alice')).to.equal('added alice <alice@example.test>\n')
    const [alice] = JSON.parse(await done('user list --json'))
    expect(alice).to.include({
      username: 'alice',
      email: 'alice@example.test',
      kind: 'INDIVIDUAL',
      disabled: false,
    })
    const [calendar] = JSON.parse(await done('calendar list alice --json'))
    expect(calendar).to.deep.include({ name: 'calendar', components: ['VEVENT', 'VTODO', 'VJOURNAL'] })
  })

  it('tells what went wrong in one sentence and by its exit code', async () => {
    await addUser('bob')
    await fails(
      'user add bob@example.test --username other --no-password',
      4,
      /^kalends: .*address bob@example\.test is taken\n$/,
    )
    await fails(
      'user add x@example.test --username bob --no-password',
      4,
      /^kalends: .*user name bob is taken\n$/,
    )
    await fails('user passwd nobody --password-stdin', 3, /^kalends: there is no user "nobody"\n$/)
    await fails('user add not-an-address --no-password', 2, /is not an e-mail address/)
    await fails('user add X@example.test --username Upper --no-password', 2, /is not a user name/)
    await fails('user frobnicate', 2, /unknown command/)
    await fails('frobnicate', 2, /unknown command/)
    await fails('user add', 2, /missing required argument/)
    await fails('user passwd bob', 2, /--password-stdin/)
    await fails('calendar delete bob none', 3, /^kalends: there is no bob\/none\n$/)
    await fails('calendar add bob calendar', 4, /exists already/)
    await fails('import none.ics --user bob', 3, /no file or folder/)
    await fails('export --user bob', 2, /--output/)
    await fails('app-password revoke bob none', 3, /no app password/)
  })

  it('explains itself', async () => {
    for (const args of ['--help', 'user --help', 'user add --help', 'import --help', 'doctor --help']) {
      expect(await done(args), args).to.include('Usage: kalends')
    }
    expect(await done('--help')).to.include('Exit codes')
    expect(await done('--version')).to.match(/^\d+\.\d+\.\d+\n$/)
  })

  it('manages users of every kind', async () => {
    await addUser('carol')
    await done('user add room@example.test --username room --kind room --name Room')
    await done('user add team@example.test --username team --kind group')
    await done('group add team carol')
    expect(JSON.parse(await done('group list team --json'))).to.have.nested.property('[0].username', 'carol')
    await done('group remove team carol')
    expect(JSON.parse(await done('group list team --json'))).to.deep.equal([])
    expect(await done('user list --kind room')).to.match(/USERNAME +EMAIL.*\nroom +room@example\.test +Room/)
    await done('user set carol --name Caroline --timezone Europe/Rome')
    await done('user disable carol')
    const find = async () =>
      JSON.parse(await done('user list --json')).find(
        (each: { username: string }) => each.username === 'carol',
      )
    expect(await find()).to.include({ name: 'Caroline', timezone: 'Europe/Rome', disabled: true })
    await done('user enable carol@example.test')
    expect(await find()).to.include({ disabled: false })
    await done('user delete carol')
    expect(await find()).to.equal(undefined)
  })

  it('sets how rooms answer invitations', async () => {
    await done('user add aula@example.test --username aula --kind room')
    await done(
      'user booking aula --auto-schedule accept-if-free --longest 90 --hours 08:00-18:00 --horizon 100',
    )
    await done('user booking aula --hours any --booked-by anyone')
    await fails('user booking aula --hours 18:00-08:00', 2, /opening hours/)
    await fails('user booking nobody --longest 10', 3, /no user/)
    await fails('user booking aula --auto-schedule sometimes', 2, /accept-if-free/)
  })

  it('manages calendars', async () => {
    await addUser('dave')
    await done(
      'calendar add dave work --display-name Work --color #ff0000 --timezone Europe/Rome --components vevent',
    )
    const calendars = JSON.parse(await done('calendar list dave --json'))
    expect(calendars[1]).to.deep.include({ name: 'work', displayName: 'Work', components: ['VEVENT'] })
    await done('calendar delete dave work')
    expect(JSON.parse(await done('calendar list dave --json'))).to.have.length(1)
  })

  it('imports files and folders, repeatably, and reports what it leaves out', async () => {
    await addUser('erin')
    const folder = join(cwd, 'in')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'work.ics'),
      calendarOf(event('1'), event('2'), 'BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n'),
    )
    writeFileSync(join(folder, 'home.ics'), calendarOf(event('3')))
    const first = await kalends(`import ${folder} --user erin --json`)
    expect(first.code).to.equal(5)
    const [home, work] = JSON.parse(first.stdout)
    expect(home).to.include({ calendar: 'home', created: 1 })
    expect(work).to.include({ calendar: 'work', created: 2 })
    expect(work.rejected).to.have.length(1)
    expect(work.rejected[0]).to.have.property('line').that.is.greaterThan(1)

    const again = await kalends(`import ${join(folder, 'work.ics')} --user erin --calendar work`)
    expect(again.stdout).to.include('0 created, 0 updated, 2 unchanged, 1 rejected')
    expect(again.stderr).to.match(/work\.ics:\d+: VEVENT: /)
    await fails(`import ${join(folder, 'work.ics')} --user erin --calendar none`, 3, /no erin\/none/)
  })

  it('exports what it imported, and imports what it exported as the same', async () => {
    await addUser('frank')
    writeFileSync(join(cwd, 'private.ics'), calendarOf(event('1'), event('2')))
    await done('import private.ics --user frank')
    const text = await done('export --user frank --calendar private')
    expect(text).to.match(/^BEGIN:VCALENDAR\r\n/)
    expect(text.match(/BEGIN:VEVENT/g)).to.have.length(2)
    await done('export --user frank --output out')
    expect(readFileSync(join(cwd, 'out/private.ics'), 'utf8')).to.equal(text)
    expect(readFileSync(join(cwd, 'out/calendar.ics'), 'utf8')).to.match(/^BEGIN:VCALENDAR\r\n/)
    expect(await done('import out --user frank')).to.include('0 created, 0 updated, 2 unchanged')
    expect(await done('export --user frank --calendar private')).to.equal(text)
  })

  it('doctor finds what is right', async () => {
    await addUser('grace')
    const server = await serve({ cwd, env: { DATABASE_URL: database.url } })
    try {
      const findings = await done(`doctor ${server.url} --user grace --password-stdin`, 'secret\n')
      for (const check of [
        'settings',
        'database',
        'clock',
        'migrations',
        'scheduling',
        'well-known',
        'challenge',
        'login',
        'options',
        'home',
      ]) {
        expect(findings).to.match(new RegExp(`^ ok   ${check} `, 'm'))
      }
      expect(findings).to.match(/^ ok {3}calendars +Calendar$/m)
      const wrong = await kalends(`doctor ${server.url} --user grace --password-stdin --json`, 'wrong\n')
      expect(wrong.code).to.equal(1)
      expect(JSON.parse(wrong.stdout)).to.deep.include({
        check: 'login',
        status: 'failed',
        detail: `user name and password are refused at ${server.url}dav/`,
      })
    } finally {
      await server.stop()
    }
  })

  it('doctor finds what is wrong', async () => {
    const port = await freePort()
    const env = {
      DATABASE_URL: `postgres://u@127.0.0.1:${port}/x`,
      TLS_CERT: 'none.crt',
      TLS_KEY: 'none.key',
    }
    const { code, stdout } = await run(['doctor', `http://127.0.0.1:${port}/`], { cwd, env })
    expect(code).to.equal(1)
    expect(stdout).to.match(/^FAIL {2}tls .*there is no such file$/m)
    expect(stdout).to.match(/^FAIL {2}database .*nothing listens there$/m)
    expect(stdout).to.match(/^FAIL {2}discovery .*nothing listens there$/m)
  })

  it('works on the private Postgres, alone and beside a running server', async () => {
    const options = { cwd, input: 'secret\n' }
    const add = (name: string) =>
      run(['user', 'add', `${name}@example.test`, '--username', name, '--password-stdin'], options)
    expect(await add('before')).to.include({ code: 0, stderr: '' })
    const server = await serve({ cwd })
    try {
      // Accounts exist already: no first one is made.
      expect(server.password).to.equal(undefined)
      expect(await add('beside')).to.include({ code: 0, stderr: '' })
      for (const name of ['before', 'beside']) {
        const login = await propfind(server.url, basic(name, 'secret'))
        expect(login.status, name).to.equal(207)
      }
      const changed = await run(['user', 'passwd', 'beside', '--password-stdin'], { cwd, input: 'other\n' })
      expect(changed.code).to.equal(0)
      const old = await propfind(server.url, basic('beside', 'secret'))
      expect(old.status).to.equal(401)
      expect((await fetch(`${server.url}readyz`)).status).to.equal(200)
    } finally {
      await server.stop()
    }
  })
})

function calendarOf(...components: string[]): string {
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//test//EN\r\n${components.join('')}END:VCALENDAR\r\n`
}

function event(uid: string): string {
  return `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T120000Z\r\nDTSTART:20261122T120000Z\r\nSUMMARY:Test\r\nEND:VEVENT\r\n`
}

function propfind(url: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}dav/`, { method: 'PROPFIND', headers: { Depth: '0', ...headers } })
}
