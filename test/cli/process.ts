import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** Runs the program from its source, as a process of its own. */
const PROGRAM = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)),
]

export interface RunOptions {
  /** Working folder; the data folder is `data` in it unless `env` says otherwise. */
  readonly cwd: string
  readonly env?: Record<string, string>
  readonly input?: string
  /** Program and arguments to put before the command, e.g. to become another user. */
  readonly prefix?: readonly string[]
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export async function run(args: readonly string[], options: RunOptions): Promise<Ended> {
  const child = launch(args, options)
  child.stdin?.end(options.input ?? '')
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream as never),
    text(child.stderr as NodeJS.ReadableStream as never),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

export interface Served {
  readonly child: ChildProcess
  readonly url: string
  /** Undefined on later starts: then nothing is printed. */
  readonly password: string | undefined
  /** Everything printed so far. */
  output(): string
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `kalends serve` and waits until it says that it is ready. */
export async function serve(options: RunOptions, args: readonly string[] = []): Promise<Served> {
  const child = launch(['serve', ...args], { ...options, env: { PORT: '0', ...options.env } })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const ended = once(child, 'close')
  const url = await Promise.race([
    waitFor(() => /vdirsyncer: .*url = "([^"]+)"/.exec(output)?.[1]),
    ended.then(() => {
      throw new Error(`the server ended: ${output}`)
    }),
  ])
  return {
    child,
    url,
    password: /^ *password: +(\S+)$/m.exec(output)?.[1],
    output: () => output,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code] = await ended
      return code
    },
  }
}

function launch(args: readonly string[], { cwd, env = {}, prefix = [] }: RunOptions): ChildProcess {
  const [command = '', ...rest] = [...prefix, process.execPath, ...PROGRAM, ...args]
  return spawn(command, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Polls until `probe` gives something. */
export async function waitFor<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  ms = 30_000,
): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const found = await probe()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** A port nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export function basic(username: string, password: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}
