import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checks, expectThat } from './checks.ts'
import { isInstalled } from './command.ts'
import { Marionette } from './marionette.ts'
import { type Account, freePort, type RunningServer } from './server.ts'

const PREFERENCES = {
  'mail.provider.suppress_dialog_on_startup': true,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'extensions.update.enabled': false,
  'calendar.timezone.useSystemTimezone': false,
  'calendar.timezone.local': 'Europe/Berlin',
}

const IMPORTS = `
  const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs')
  const { cal } = ChromeUtils.importESModule('resource:///modules/calendar/calUtils.sys.mjs')
  const { CalDavProvider } = ChromeUtils.importESModule('resource:///modules/CalDavProvider.sys.mjs')
  const { CalEvent } = ChromeUtils.importESModule('resource:///modules/CalEvent.sys.mjs')
  const { CalTodo } = ChromeUtils.importESModule('resource:///modules/CalTodo.sys.mjs')
  const calendar = cal.manager.getCalendars().find((each) => each.type === 'caldav')
  const until = async (probe) => {
    for (let turn = 0; turn < 300; turn++) {
      const found = await probe()
      if (found) return found
      await new Promise((next) => setTimeout(next, 100))
    }
    throw new Error('it did not come to be')
  }
  const refreshed = (probe) => { calendar.refresh(); return until(probe) }`

/** Thunderbird itself, without its windows, from the bare root URL. */
export async function run(server: RunningServer): Promise<Checks> {
  const checks = new Checks('thunderbird')
  if (!(await isInstalled('thunderbird'))) {
    checks.skip('Thunderbird is not installed')
    return checks
  }
  const home = await mkdtemp(join(tmpdir(), 'kalends-thunderbird-'))
  const program = await start(home)
  try {
    const session = await opened(program.port)
    await drive(checks, server, (body, ...args) => session.run(`${IMPORTS}\n${body}`, ...args))
    session.close()
  } finally {
    await program.stop()
    await rm(home, { recursive: true, force: true })
  }
  return checks
}

type Script = <T>(body: string, ...args: unknown[]) => Promise<T>

async function drive(checks: Checks, { rootUrl, accounts }: RunningServer, inside: Script): Promise<void> {
  const [alice, bob] = accounts as [Account, Account]
  const home = `${rootUrl}dav/calendars/alice/calendar/`

  await checks.check('finds the calendar from the bare URL', async () => {
    const found = await inside<string[]>(
      `const login = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo)
       login.init(new URL(args[0]).origin, null, 'Kalends', args[1], args[2], '', '')
       await Services.logins.addLoginAsync(login)
       const found = await CalDavProvider.detectCalendars(args[1], args[2], args[0], true, {})
       for (const each of found) { each.setProperty('cache.enabled', true); cal.manager.registerCalendar(each) }
       return found.map((each) => each.uri.spec)`,
      rootUrl,
      alice.username,
      alice.password,
    )
    expectThat(found.includes(home), `found ${found}`)
  })

  await checks.check('knows its own address and that the server schedules', async () => {
    const organizer = await inside<string>(`return until(() => calendar.getProperty('organizerId'))`)
    expectThat(organizer.toLowerCase() === `mailto:${alice.email}`, organizer)
  })

  await checks.check('writes an event the server keeps', async () => {
    await inside('await calendar.addItem(new CalEvent(args[0]))', event('tb-1', 'First'))
    expectThat((await get(alice, `${home}tb-1.ics`)).includes('SUMMARY:First'), 'it is not there')
  })

  await checks.check('changes it', async () => {
    await inside(
      `const old = await calendar.getItem('tb-1'), item = old.clone()
       item.title = 'Second'
       await calendar.modifyItem(item, old)`,
    )
    expectThat((await get(alice, `${home}tb-1.ics`)).includes('SUMMARY:Second'), 'it is as before')
  })

  await checks.check('keeps tasks', async () => {
    const task = event('tb-2', 'Task').replaceAll('VEVENT', 'VTODO').replace('DTEND', 'DUE')
    await inside('await calendar.addItem(new CalTodo(args[0]))', task)
    expectThat((await get(alice, `${home}tb-2.ics`)).includes('BEGIN:VTODO'), 'it is not there')
  })

  await checks.check('sees what another client wrote', async () => {
    await put(alice, `${home}other.ics`, event('other', 'Elsewhere'))
    const title = await inside<string>(`return (await refreshed(() => calendar.getItem('other'))).title`)
    expectThat(title === 'Elsewhere', title)
  })

  await checks.check('sees what another client deleted', async () => {
    await ask(alice, 'DELETE', `${home}other.ics`)
    await inside(`await refreshed(async () => !(await calendar.getItem('other')))`)
  })

  await checks.check('moves one instance of a series', async () => {
    await put(alice, `${home}series.ics`, event('series', 'Weekly', 'RRULE:FREQ=WEEKLY;COUNT=4'))
    await inside(
      `const series = await refreshed(() => calendar.getItem('series'))
       const [, second] = series.recurrenceInfo.getOccurrences(series.startDate, cal.createDateTime('20270101T000000Z'), 0)
       const changed = series.clone(), moved = second.clone()
       moved.title = 'Moved'
       changed.recurrenceInfo.modifyException(moved, true)
       await calendar.modifyItem(changed, series)`,
    )
    const text = await get(alice, `${home}series.ics`)
    expectThat(text.includes('RECURRENCE-ID') && text.includes('SUMMARY:Moved'), text)
  })

  const guests = [
    `ORGANIZER:mailto:${alice.email}`,
    `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${alice.email}`,
    `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${bob.email}`,
  ].join('\r\n')

  await checks.check('invites somebody here, and sees the answer', async () => {
    await inside('await calendar.addItem(new CalEvent(args[0]))', event('meeting', 'Meeting', guests))
    const copy = await eventOf(bob, `${rootUrl}dav/calendars/bob/calendar/`, 'meeting')
    await put(bob, copy.url, copy.text.replace('PARTSTAT=NEEDS-ACTION', 'PARTSTAT=ACCEPTED'))
    await inside(
      `await refreshed(async () => {
         const item = await calendar.getItem('meeting')
         return item.getAttendeeById('mailto:' + args[0])?.participationStatus === 'ACCEPTED'
       })`,
      bob.email,
    )
  })

  await checks.check('deletes what it wrote', async () => {
    await inside(`await calendar.deleteItem(await calendar.getItem('tb-1'))`)
    const { status } = await ask(alice, 'GET', `${home}tb-1.ics`)
    expectThat(status === 404, `it answers ${status}`)
  })
}

/** Ten in the morning of 1 December 2026 in UTC, for an hour. */
function event(uid: string, summary: string, more?: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Interop//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261201T100000Z',
    'DTEND:20261201T110000Z',
    `SUMMARY:${summary}`,
    ...(more === undefined ? [] : [more]),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

function ask({ username, password }: Account, method: string, url: string, body?: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const headers = {
    authorization,
    depth: '1',
    ...(body === undefined ? {} : { 'content-type': 'text/calendar' }),
  }
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
}

async function get(account: Account, url: string): Promise<string> {
  return (await (await ask(account, 'GET', url)).text()).replace(/\r\n[ \t]/g, '')
}

async function put(account: Account, url: string, text: string): Promise<void> {
  const { ok, status } = await ask(account, 'PUT', url, text)
  expectThat(ok, `PUT answers ${status}`)
}

/** The object with that UID, under whatever name the server gave it. */
async function eventOf(
  account: Account,
  calendar: string,
  uid: string,
): Promise<{ url: string; text: string }> {
  const listing = await (await ask(account, 'PROPFIND', calendar)).text()
  for (const [, href = ''] of listing.matchAll(/<[^>]*href>([^<]*\.ics)</g)) {
    const url = new URL(href, calendar).href
    const text = await get(account, url)
    if (text.includes(`UID:${uid}\r\n`)) return { url, text }
  }
  throw new Error(`${account.username} has no ${uid}`)
}

async function start(home: string): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort()
  const lines = Object.entries({ ...PREFERENCES, 'marionette.port': port }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  await writeFile(join(home, 'user.js'), `${lines.join('\n')}\n`)
  const options = ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote']
  const child: ChildProcess = spawn('thunderbird', [...options, '--profile', home], {
    env: { ...process.env, HOME: home },
    stdio: 'ignore',
    detached: true,
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  return {
    port,
    async stop() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await ended
    },
  }
}

/** It listens some seconds after it is started. */
async function opened(port: number): Promise<Marionette> {
  for (const deadline = Date.now() + 60_000; ; ) {
    try {
      return await Marionette.open(port)
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((next) => setTimeout(next, 200))
    }
  }
}
