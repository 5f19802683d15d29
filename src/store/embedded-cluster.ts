import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Address } from './embedded-address.ts'
import type { PostgresBinaries } from './embedded-binaries.ts'
import { ignoring, isAlive, isRunning } from './embedded-files.ts'
import { type Identity, launch } from './embedded-identity.ts'
import { makeFolder } from './make-folder.ts'

/** Where one private cluster lives and how to reach it. */
export interface Cluster {
  readonly binaries: PostgresBinaries
  readonly identity: Identity
  /** PGDATA. */
  readonly folder: string
  readonly logFile: string
  readonly address: Address
  readonly settings: Readonly<Record<string, string>>
}

const MAX_LOG_BYTES = 5_000_000

/** Runs initdb once. It works beside the final place and renames, so a killed initdb leaves no half cluster. */
export async function initialise(cluster: Cluster): Promise<void> {
  if ((await stat(cluster.folder).catch(ignoring('ENOENT'))) !== undefined) return
  const parent = dirname(cluster.folder)
  await removeAbandoned(parent)
  const draft = join(parent, `initdb-${process.pid}-${randomBytes(4).toString('hex')}`)
  const passwordFile = `${draft}.password`
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, `${cluster.address.password}\n`, { mode: 0o600 })
  await giveTo(cluster.identity, [draft, passwordFile])
  try {
    await initdb(cluster, draft, passwordFile)
    // Fails when another process was first; its cluster is as good.
    await rename(draft, cluster.folder).catch(ignoring('ENOTEMPTY', 'EEXIST'))
  } finally {
    await rm(passwordFile, { force: true })
    await rm(draft, { recursive: true, force: true })
  }
}

async function initdb(cluster: Cluster, folder: string, passwordFile: string): Promise<void> {
  const args = [
    `--pgdata=${folder}`,
    `--username=${cluster.address.user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    ...(cluster.settings.fsync === 'off' ? ['--no-sync'] : []),
  ]
  const child = launch(cluster.identity, cluster.binaries.initdb, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`initdb failed in ${folder}: ${complaint.trim()}`)
}

/** Drafts of initdb runs whose process is gone. */
async function removeAbandoned(parent: string): Promise<void> {
  const entries = await readdir(parent)
  for (const entry of entries) {
    const pid = /^initdb-(\d+)/.exec(entry)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(parent, entry), { recursive: true, force: true })
    }
  }
}

/**
 * Starts the postmaster, apart from this process's group so that Ctrl-C in a terminal does not stop it under
 * requests still being answered. When another process started one on the same data, ours gives up by itself.
 */
export async function startPostmaster(cluster: Cluster): Promise<ChildProcess> {
  await disownPidFile(cluster)
  const { host, port } = cluster.address
  const isSocket = host.startsWith('/')
  if (isSocket) {
    await makeFolder(host, 0o700)
    await giveTo(cluster.identity, [host])
  }
  const settings: Record<string, string> = {
    ...cluster.settings,
    port: String(port),
    listen_addresses: isSocket ? '' : host,
    unix_socket_directories: isSocket ? host : '',
    unix_socket_permissions: '0700',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = await openLog(cluster)
  try {
    const child = launch(cluster.identity, cluster.binaries.postgres, ['-D', cluster.folder, ...args], {
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    })
    await once(child, 'spawn')
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** Postgres writes here itself, since it may outlive the process that started it. */
async function openLog(cluster: Cluster): Promise<FileHandle> {
  const found = await stat(cluster.logFile).catch(ignoring('ENOENT'))
  return open(cluster.logFile, (found?.size ?? 0) > MAX_LOG_BYTES ? 'w' : 'a', 0o600)
}

/**
 * The recorded process id may belong to an unrelated process after a container restart, or to a dead one that
 * nobody has reaped; either would keep Postgres from starting. The file stays, with an id that no process can
 * have: the rest of it lets Postgres find backends of the dead one that still run.
 */
async function disownPidFile(cluster: Cluster): Promise<void> {
  const pid = await postmasterPid(cluster)
  if (pid === undefined || process.platform !== 'linux') return
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (command === undefined || command.split('\0').includes(cluster.folder)) return
  const file = pidFile(cluster)
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, [UNUSED_PID, ...rest].join('\n'))
}

/** Above the largest process id of any Linux. */
const UNUSED_PID = '99999999'

function pidFile(cluster: Cluster): string {
  return join(cluster.folder, 'postmaster.pid')
}

/** Asks the postmaster for a fast shutdown and waits until it has ended, a little after its pid file is gone. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const pid = await postmasterPid(cluster)
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGINT')
  } catch (error) {
    ignoring('ESRCH')(error)
  }
  while (await isRunning(pid)) await setTimeout(10)
}

async function postmasterPid(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(ignoring('ENOENT'))
  const pid = Number.parseInt(text ?? '', 10)
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

async function giveTo(identity: Identity, paths: readonly string[]): Promise<void> {
  if (identity.account === undefined) return
  for (const path of paths) await chown(path, identity.account.uid, identity.account.gid)
}
