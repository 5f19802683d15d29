import { execFile } from 'node:child_process'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly input?: string
}

const LIMIT_MS = 120_000

/** Runs a program to its end; a non-zero exit is a result, not an error. */
export function command(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      {
        env: { ...process.env, ...options.env },
        cwd: options.cwd,
        timeout: LIMIT_MS,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
        resolve({ code, stdout, stderr })
      },
    )
    // A program that ends without reading its input closes the pipe under the writer.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input ?? '')
  })
}

/** Runs a program that must succeed; returns what it printed. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await command(program, args, options)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}\n${stdout}\n${stderr}`)
  return stdout
}

/** Is the program there to be run? */
export async function isInstalled(program: string): Promise<boolean> {
  return (await command('sh', ['-c', `command -v ${program}`])).code === 0
}
