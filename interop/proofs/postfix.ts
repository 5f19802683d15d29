import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { mustRun } from '../command.ts'
import { freePort } from '../server.ts'

/** Where a private Postfix puts what it is given. */
export interface Routes {
  /** Maildir, below a folder, by address or `@domain`. */
  readonly mailboxes: Readonly<Record<string, string>>
  readonly mailFolder: string
  /** Owner of the mailboxes. */
  readonly mailId: number
  /** Next hop by domain. */
  readonly transports: Readonly<Record<string, string>>
  /** Domains of the transports that mail is taken for, whoever the recipient is. */
  readonly relayDomains: readonly string[]
  /** What a pipe starts, with the recipient as its argument, and which account starts it. */
  readonly pipe: { readonly program: string; readonly user: string }
}

/** A Postfix on loopback with configuration, queue and ports of its own. */
export interface Postfix {
  /** Takes mail and routes it. */
  readonly port: number
  /** The same; everything goes into the mailboxes, or through the pipe, whatever the transports say. */
  readonly mailboxPort: number
  readonly pipePort: number
  start(): Promise<void>
  stop(): Promise<void>
  log(): Promise<string>
  /** Removes everything of it, once it is stopped. */
  remove(): Promise<void>
}

export async function openPostfix(routes: Routes): Promise<Postfix> {
  const folder = await mkdtemp(join(tmpdir(), 'kalends-postfix-'))
  await chmod(folder, 0o755)
  const [port, mailboxPort, pipePort] = [await freePort(), await freePort(), await freePort()]
  for (const name of ['conf', 'queue', 'data']) await mkdir(join(folder, name))
  const owner = Number(await mustRun('id', ['-u', 'postfix']))
  await chown(join(folder, 'data'), owner, owner)
  await writeFile(join(folder, 'conf', 'main.cf'), mainConfiguration(folder, routes))
  await writeFile(join(folder, 'conf', 'master.cf'), services({ port, mailboxPort, pipePort }, routes.pipe))
  const conf = join(folder, 'conf')
  const logFile = join(folder, 'log')
  let ended: Promise<unknown> | undefined
  return {
    port,
    mailboxPort,
    pipePort,
    async start() {
      const child = spawn('postfix', ['-c', conf, 'start-fg'], { stdio: 'ignore' })
      ended = once(child, 'exit')
      await greeting(port, ended)
    },
    async stop() {
      if (ended === undefined) return
      await mustRun('postfix', ['-c', conf, 'stop'])
      await ended
      ended = undefined
    },
    log: () => readFile(logFile, 'utf8').catch(() => ''),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function mainConfiguration(folder: string, routes: Routes): string {
  const table = (entries: Readonly<Record<string, string>>) =>
    `inline:{ ${Object.entries(entries)
      .map(([key, value]) => `{ ${key} = ${value} }`)
      .join(', ')} }`
  const domains = new Set(Object.keys(routes.mailboxes).map((address) => address.replace(/^.*@/, '')))
  const hosted = [...domains].filter((domain) => !routes.relayDomains.includes(domain))
  return `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
myhostname = mx.relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = ${hosted.join(' ')}
virtual_mailbox_base = ${routes.mailFolder}
virtual_mailbox_maps = ${table(routes.mailboxes)}
virtual_uid_maps = static:${routes.mailId}
virtual_gid_maps = static:${routes.mailId}
virtual_minimum_uid = 1
relay_domains = ${routes.relayDomains.join(' ')}
transport_maps = ${table(routes.transports)}
kalends_destination_recipient_limit = 1
disable_dns_lookups = yes
fast_flush_domains =
`
}

function services(
  { port, mailboxPort, pipePort }: Pick<Postfix, 'port' | 'mailboxPort' | 'pipePort'>,
  { program, user }: Routes['pipe'],
): string {
  return `
127.0.0.1:${port} inet n - n - - smtpd
127.0.0.1:${mailboxPort} inet n - n - - smtpd
  -o content_filter=virtual:
127.0.0.1:${pipePort} inet n - n - - smtpd
  -o content_filter=kalends:
kalends unix - n n - 1 pipe
  flags=Rq user=${user} argv=${program} \${recipient}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
}

/** Waits until it greets. @throws Error when it ends before that */
async function greeting(port: number, ended: Promise<unknown>): Promise<void> {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!isOver) {
    const socket = createConnection(port, '127.0.0.1')
    const isUp = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isUp) return
    await wait(100)
  }
  throw new Error('postfix ended at once')
}
