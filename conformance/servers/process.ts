import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Credentials } from '../client/http.ts'

/** A server started for a run. */
export interface RunningServer {
  readonly version: string
  readonly url: URL
  readonly credentials: readonly Credentials[]
  /** Where it hands its mail to, as host and port, when it sends any. */
  readonly mailSink?: string
  /** Stops it and removes everything it wrote. */
  readonly stop: () => Promise<void>
}

/** The accounts every started server gets. */
export const accounts: readonly Credentials[] = ['alice', 'bob', 'carol'].map((username) => ({
  username,
  password: `${username}-password`,
}))

/** A new empty folder, given to an operating system user when named. */
export async function temporaryFolder(owner?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  if (owner !== undefined) run('chown', [`${owner}:`, folder])
  return folder
}

/** Removes a folder with all in it. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true })
}

/** A port of the loopback interface nobody uses just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port was found')
  return address.port
}

/** Runs a program to its end and gives what it printed; throws when it fails. */
export function run(
  program: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): string {
  const done = spawnSync(program, args, { input, encoding: 'utf8', env: { ...process.env, ...env } })
  if (done.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed: ${done.error ?? done.stderr}`)
  }
  return done.stdout
}

/** Starts a program that keeps running; its output is thrown away. */
export function startProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } })
}

/** Waits until something listens on a port; throws after half a minute or when the program has ended. */
export async function waitForPort(port: number, program?: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (program && hasEnded(program))
      throw new Error(`The server ended at once with ${program.exitCode ?? program.signalCode}`)
    if (await isListening(port)) return
    await wait(100)
  }
  throw new Error(`Nothing listens on port ${port}`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Stops a program and the programs it started. */
export async function stopProgram(program: ChildProcess): Promise<void> {
  const { pid } = program
  if (hasEnded(program) || pid === undefined) return
  const ended = once(program, 'exit')
  const late = setTimeout(() => process.kill(-pid, 'SIGKILL'), 8000)
  process.kill(-pid, 'SIGTERM')
  await ended
  clearTimeout(late)
  killGroup(pid)
}

/** What a program left behind when it ended, such as a child in an endless loop. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function hasEnded(program: ChildProcess): boolean {
  return program.exitCode !== null || program.signalCode !== null
}

/** The installed version of a Debian package, or `unknown`. */
export function packageVersion(name: string): string {
  const found = spawnSync('dpkg-query', ['-W', '-f', '$' + '{Version}', name], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : 'unknown'
}
