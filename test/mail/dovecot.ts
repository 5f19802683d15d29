import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Dovecot, where it is installed and may be started: it needs root for its own separation of rights. */
export interface Dovecot {
  /** Mailbox of a user, with password. */
  readonly url: string
  /** The same of another: everybody has a mailbox, and the same password. */
  urlOf(user: string): string
  /** Folder of everybody's Maildirs, named after them. */
  readonly mailFolder: string
  stop(): Promise<void>
}

/** Owns the mails: no account is needed for it. */
export const MAIL_ID = 60_000

export function hasDovecot(): boolean {
  return process.getuid?.() === 0 && spawnSync('dovecot', ['--version']).status === 0
}

export async function startDovecot(): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), 'kalends-dovecot-'))
  const port = await freePort()
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'mail'))
  await chown(join(folder, 'mail'), MAIL_ID, MAIL_ID)
  const file = join(folder, 'dovecot.conf')
  await writeFile(file, configuration(folder, port))
  const child = spawn('dovecot', ['-F', '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  await answering(port, child)
  const urlOf = (user: string) => `imap://${encodeURIComponent(user)}:secret@127.0.0.1:${port}/INBOX?tls=off`
  return {
    url: urlOf('alice'),
    urlOf,
    mailFolder: join(folder, 'mail'),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(folder: string, port: number): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${folder}/mail/%u
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${MAIL_ID} gid=${MAIL_ID} home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = createConnection(port, '127.0.0.1')
    const answers = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'error').then(() => false),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (answers) return
    await setTimeout(50)
  }
  throw new Error(`dovecot ended with ${child.exitCode}`)
}
