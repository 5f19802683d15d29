import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const ROOT = new URL('..', import.meta.url).pathname
const START_DEADLINE_MS = 60_000

/** An account that was made on the server under test. */
export interface Account {
  readonly username: string
  readonly password: string
  readonly email: string
}

/** The real server, started by the README's command over a data folder of its own. */
export interface RunningServer {
  /** Ends in "/". */
  readonly rootUrl: string
  /** Root of the process tree: npm, then the server, then Postgres. */
  readonly pid: number
  readonly accounts: readonly Account[]
  stop(): Promise<void>
}

/** Starts `npm start` on a free port with one account per name; the data folder goes when it stops. */
export async function startServer(
  names: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kalends-run-'))
  const port = await freePort()
  const settings = {
    ...process.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ...env,
  }
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output: string[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  const rootUrl = `http://127.0.0.1:${port}/`
  const stop = async (): Promise<void> => {
    await end(child)
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await untilReady(`${rootUrl}readyz`, child)
    const accounts: Account[] = []
    for (const name of names) accounts.push(await addAccount(name, settings))
    return { rootUrl, pid: child.pid as number, accounts, stop }
  } catch (error) {
    await stop()
    throw new Error(`the server did not start: ${output.join('')}`, { cause: error })
  }
}

async function addAccount(username: string, env: NodeJS.ProcessEnv): Promise<Account> {
  const account = { username, password: `secret of ${username}`, email: `${username}@example.test` }
  const args = ['user', 'add', account.email, '--username', username, '--name', username, '--password-stdin']
  const running = promisify(execFile)('npx', ['kalends', ...args], { cwd: ROOT, env })
  running.child.stdin?.end(`${account.password}\n`)
  await running
  return account
}

/** Waits until a process answers there that it is ready. @throws Error when it ends first, or takes a minute */
export async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it exited with code ${child.exitCode}`)
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await delay(100)
  }
  throw new Error('it was not ready in time')
}

/** Ends the whole process group: first asks, after ten seconds insists. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  process.kill(-child.pid, 'SIGTERM')
  const insist = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), 10_000)
  await closed
  clearTimeout(insist)
}

/** A port nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port to be had')
  return address.port
}
