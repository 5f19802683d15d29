import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  accounts,
  freePort,
  packageVersion,
  type RunningServer,
  removeFolder,
  run,
  startProgram,
  stopProgram,
  temporaryFolder,
  waitForPort,
} from './process.ts'

const binaries = '/usr/lib/cyrus/bin'
const administrator = { username: 'admin', password: 'admin-password' }

/** Starts Debian's cyrus-caldav with three accounts. Needs to run as root, for Cyrus wants its own user. */
export async function startCyrus(): Promise<RunningServer> {
  const folder = await temporaryFolder()
  const [httpPort, imapPort] = [await freePort(), await freePort()]
  await writeConfiguration(folder, httpPort, imapPort)
  for (const { username, password } of [...accounts, administrator]) {
    run('saslpasswd2', ['-p', '-c', '-u', 'example.test', '-f', join(folder, 'sasldb2'), username], password)
  }
  run('chown', ['-R', 'cyrus:mail', folder])
  const files = ['-M', join(folder, 'cyrus.conf'), '-C', join(folder, 'imapd.conf')]
  const program = startProgram(`${binaries}/master`, [...files, '-p', join(folder, 'master.pid')])
  await waitForPort(imapPort, program)
  await createMailboxes(imapPort)
  await waitForPort(httpPort, program)
  return {
    version: packageVersion('cyrus-caldav'),
    url: new URL(`http://127.0.0.1:${httpPort}/dav/`),
    credentials: accounts,
    stop: () => stopProgram(program).then(() => removeFolder(folder)),
  }
}

async function writeConfiguration(folder: string, httpPort: number, imapPort: number): Promise<void> {
  for (const name of ['config', 'config/socket', 'config/db', 'mail', 'proc', 'lock', 'sieve'])
    await mkdir(join(folder, name))
  const settings = {
    configdirectory: `${folder}/config`,
    proc_path: `${folder}/proc`,
    mboxname_lockpath: `${folder}/lock`,
    'partition-default': `${folder}/mail`,
    sievedir: `${folder}/sieve`,
    defaultpartition: 'default',
    servername: 'example.test',
    defaultdomain: 'example.test',
    admins: administrator.username,
    allowplaintext: 'yes',
    virtdomains: 'off',
    httpmodules: 'caldav',
    caldav_maxdatetime: '20991231T235959Z',
    sasl_pwcheck_method: 'auxprop',
    sasl_auxprop_plugin: 'sasldb',
    sasl_sasldb_path: `${folder}/sasldb2`,
    sasl_mech_list: 'PLAIN',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`)
  await writeFile(join(folder, 'imapd.conf'), lines.join(''))
  const command = (program: string, options: string): string =>
    `${program} -C ${folder}/imapd.conf ${options}`
  const services = [
    `http cmd="${command('httpd', '-U 100')}" listen="127.0.0.1:${httpPort}" prefork=4 proto="tcp4"`,
    `imap cmd="${command(imapProgram(folder), '-U 10')}" listen="127.0.0.1:${imapPort}" prefork=0 proto="tcp4"`,
  ]
  const recovery = `START { recover cmd="${command('ctl_cyrusdb', '-r')}" }`
  await writeFile(
    join(folder, 'cyrus.conf'),
    `${recovery}\nSERVICES {\n${services.join('\n')}\n}\nEVENTS { }\n`,
  )
}

/** Mailboxes are made over IMAP; where its package is displaced by another IMAP server, only its program is fetched. */
function imapProgram(folder: string): string {
  if (existsSync(`${binaries}/imapd`)) return 'imapd'
  const fetched = join(folder, 'imapd')
  run('sh', ['-c', `mkdir ${fetched} && cd ${fetched} && apt-get download -qq cyrus-imapd`])
  const [name = ''] = readdirSync(fetched)
  run('dpkg-deb', ['-x', join(fetched, name), fetched])
  return join(fetched, binaries, 'imapd')
}

/** An account's calendars come to be only once it has a mailbox. */
async function createMailboxes(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  await once(socket, 'data')
  const { username, password } = administrator
  const commands = [
    `LOGIN ${username} ${password}`,
    ...accounts.map((each) => `CREATE user/${each.username}`),
    'LOGOUT',
  ]
  for (const [index, command] of commands.entries()) {
    socket.write(`a${index} ${command}\r\n`)
    await answerTo(socket, `a${index} `)
  }
  socket.destroy()
}

async function answerTo(socket: NodeJS.ReadableStream, tag: string): Promise<void> {
  for (let text = ''; ; ) {
    const [chunk] = (await once(socket, 'data')) as [string]
    text += chunk
    const line = text.split('\r\n').find((each) => each.startsWith(tag))
    if (line?.startsWith(`${tag}OK`)) return
    if (line !== undefined) throw new Error(`Cyrus refuses to make a mailbox: ${line}`)
  }
}
