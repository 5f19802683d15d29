import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checks, expectThat } from './checks.ts'
import { command, isInstalled, mustRun } from './command.ts'
import type { Account, RunningServer } from './server.ts'

/** One device: a folder of .ics files kept in step by vdirsyncer, read and edited by khal and todoman. */
class Device {
  readonly folder: string
  readonly #env: NodeJS.ProcessEnv

  private constructor(folder: string) {
    this.folder = folder
    this.#env = {
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_DATA_HOME: join(folder, 'share'),
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
    }
  }

  static async create(server: RunningServer, account: Account, conflict: string): Promise<Device> {
    const device = new Device(await mkdtemp(join(tmpdir(), 'device-')))
    await mkdir(join(device.folder, 'config', 'vdirsyncer'), { recursive: true })
    await mkdir(join(device.folder, 'config', 'khal'), { recursive: true })
    await mkdir(join(device.folder, 'config', 'todoman'), { recursive: true })
    await writeFile(
      join(device.folder, 'config', 'vdirsyncer', 'config'),
      syncerConfig(device.folder, server, account, conflict),
    )
    await writeFile(join(device.folder, 'config', 'khal', 'config'), khalConfig(device.folder))
    await writeFile(
      join(device.folder, 'config', 'todoman', 'config.py'),
      `path = "${device.folder}/calendars/*"\ndefault_list = "calendar"\ndate_format = "%Y-%m-%d"\ntime_format = "%H:%M"\ncache_path = "${device.folder}/todo.sqlite3"\n`,
    )
    return device
  }

  async discover(): Promise<string> {
    return mustRun('vdirsyncer', ['discover', 'kalends'], { env: this.#env, input: 'y\n'.repeat(50) })
  }

  async sync(): Promise<string> {
    const { code, stdout, stderr } = await command('vdirsyncer', ['sync'], { env: this.#env })
    if (code !== 0) throw new Error(`vdirsyncer sync exited with ${code}\n${stdout}\n${stderr}`)
    return stdout + stderr
  }

  metasync(): Promise<string> {
    return mustRun('vdirsyncer', ['metasync'], { env: this.#env })
  }

  khal(...args: string[]): Promise<string> {
    return mustRun('khal', args, { env: this.#env })
  }

  todoman(...args: string[]): Promise<string> {
    return mustRun('todoman', args, { env: this.#env })
  }

  calendar(name = 'calendar'): string {
    return join(this.folder, 'calendars', name)
  }

  async files(name = 'calendar'): Promise<string[]> {
    return (await readdir(this.calendar(name))).filter((file) => file.endsWith('.ics')).sort()
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

function syncerConfig(folder: string, server: RunningServer, account: Account, conflict: string): string {
  return `[general]
status_path = "${folder}/status/"

[pair kalends]
a = "local"
b = "remote"
collections = ["from a", "from b"]
metadata = ["displayname", "color"]
conflict_resolution = "${conflict}"

[storage local]
type = "filesystem"
path = "${folder}/calendars/"
fileext = ".ics"

[storage remote]
type = "caldav"
url = "${server.rootUrl}"
username = "${account.username}"
password = "${account.password}"
`
}

function khalConfig(folder: string): string {
  return `[calendars]
[[calendar]]
path = ${folder}/calendars/calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
[default]
default_calendar = calendar
`
}

/** Debian's vdirsyncer, khal and todoman: two devices of one account keep the same calendars. */
export async function run(server: RunningServer): Promise<Checks> {
  const checks = new Checks('vdirsyncer')
  if (!(await isInstalled('vdirsyncer')) || !(await isInstalled('khal')) || !(await isInstalled('todoman'))) {
    checks.skip('vdirsyncer, khal and todoman are not installed')
    return checks
  }
  const account = server.accounts[0] as Account
  const laptop = await Device.create(server, account, 'a wins')
  const phone = await Device.create(server, account, 'b wins')
  try {
    await twoWay(checks, laptop, phone)
    await conflicts(checks, laptop, phone)
    await collections(checks, laptop, phone)
  } finally {
    await laptop.remove()
    await phone.remove()
  }
  return checks
}

async function twoWay(checks: Checks, laptop: Device, phone: Device): Promise<void> {
  await checks.check('discovers the calendars from the bare root URL', async () => {
    await laptop.discover()
    await phone.discover()
    expectThat(
      (await readdir(join(laptop.folder, 'calendars'))).includes('calendar'),
      'no calendar was found',
    )
  })
  await checks.check('an event made with khal on one device is on the other', async () => {
    await laptop.khal(
      'new',
      '-a',
      'calendar',
      '2026-12-01',
      '10:00',
      '11:00',
      'Dentist',
      '::',
      'bring the card',
    )
    await laptop.khal(
      'new',
      '-a',
      'calendar',
      '2026-12-02',
      '09:00',
      '09:15',
      'Stand-up',
      '--repeat',
      'daily',
      '--until',
      '2026-12-09',
    )
    await laptop.sync()
    await phone.sync()
    const list = await phone.khal('list', '2026-12-01', '2026-12-10')
    expectThat(list.includes('10:00-11:00 Dentist'), list)
    expectThat((list.match(/Stand-up/g) ?? []).length === 7, list)
  })
  await checks.check('a task made with todoman travels, and its completion travels back', async () => {
    await laptop.todoman('new', '--list', 'calendar', '--due', '2026-12-24', 'Buy presents')
    await laptop.sync()
    await phone.sync()
    expectThat((await phone.todoman('list')).includes('Buy presents'), 'the task did not arrive')
    await phone.todoman('done', '1')
    await phone.sync()
    await laptop.sync()
    expectThat(!(await laptop.todoman('list')).includes('Buy presents'), 'the completion did not arrive')
  })
  await checks.check('edits on both sides of different events both arrive', async () => {
    await editEvent(laptop, 'Dentist', 'Dentist moved')
    await editEvent(phone, 'Stand-up', 'Stand-up (short)')
    await laptop.sync()
    await phone.sync()
    await laptop.sync()
    for (const device of [laptop, phone]) {
      const list = await device.khal('list', '2026-12-01', '2026-12-10')
      expectThat(list.includes('Dentist moved') && list.includes('Stand-up (short)'), list)
    }
  })
  await checks.check('a second sync without changes does nothing', async () => {
    const before = await contents(laptop)
    const said = await laptop.sync()
    expectThat(!/Copying|Deleting/.test(said), said)
    expectThat((await contents(laptop)) === before, 'the files changed')
  })
  await checks.check('a deletion travels', async () => {
    const doomed = await fileWith(laptop, 'Stand-up')
    await rm(join(laptop.calendar(), doomed))
    await laptop.sync()
    await phone.sync()
    expectThat(!(await phone.files()).includes(doomed), 'the file is still there')
  })
}

async function conflicts(checks: Checks, laptop: Device, phone: Device): Promise<void> {
  await checks.check('an edit of one event on both devices ends in one version', async () => {
    await editEvent(laptop, 'Dentist moved', 'Dentist by laptop')
    await editEvent(phone, 'Dentist moved', 'Dentist by phone')
    await phone.sync()
    await laptop.sync()
    await phone.sync()
    expectThat((await fileWith(phone, 'Dentist by laptop')) !== '', 'laptop wins, says its configuration')
    const [one, other] = [await contents(laptop), await contents(phone)]
    expectThat(one === other, `the devices differ:\n${one}\n--- and ---\n${other}`)
  })
}

async function collections(checks: Checks, laptop: Device, phone: Device): Promise<void> {
  await checks.check(
    'a calendar made on a device appears on the other, with its name and colour',
    async () => {
      await mkdir(laptop.calendar('holidays'))
      await laptop.discover()
      await laptop.sync()
      await writeFile(join(laptop.calendar('holidays'), 'displayname'), 'Our holidays')
      await writeFile(join(laptop.calendar('holidays'), 'color'), '#336699')
      await laptop.metasync()
      await phone.discover()
      await phone.sync()
      await phone.metasync()
      const read = async (name: string) =>
        (await readFile(join(phone.calendar('holidays'), name), 'utf8')).trim()
      expectThat((await read('displayname')) === 'Our holidays', await read('displayname'))
      expectThat((await read('color')).startsWith('#336699'), await read('color'))
    },
  )
}

async function fileWith(device: Device, text: string): Promise<string> {
  for (const file of await device.files()) {
    if ((await readFile(join(device.calendar(), file), 'utf8')).includes(text)) return file
  }
  throw new Error(`no file has ${text}`)
}

async function editEvent(device: Device, from: string, to: string): Promise<void> {
  const path = join(device.calendar(), await fileWith(device, from))
  await writeFile(path, (await readFile(path, 'utf8')).replace(`SUMMARY:${from}`, `SUMMARY:${to}`))
}

/** What a device holds, whatever its files are called. */
async function contents(device: Device): Promise<string> {
  const files = await device.files()
  const texts = await Promise.all(files.map((file) => readFile(join(device.calendar(), file), 'utf8')))
  return texts.sort().join('\n')
}
