import { fileURLToPath } from 'node:url'
import type { Checks } from './checks.ts'
import { type CommandOptions, command } from './command.ts'

/** Debian's interpreter: the one that Debian's modules are installed for. */
export const PYTHON = '/usr/bin/python3'

/** Can Debian's interpreter run that? */
export async function pythonCan(code: string): Promise<boolean> {
  return (await command(PYTHON, ['-c', code])).code === 0
}

/**
 * Runs a script that lies beside this file and prints `ok NAME` or `FAIL NAME: reason` a line, and counts them.
 *
 * @param wrapper a program and its arguments to run the interpreter in
 */
export async function runScript(
  checks: Checks,
  name: string,
  args: readonly string[],
  wrapper: readonly string[] = [],
  options: CommandOptions = {},
): Promise<void> {
  const [program = PYTHON, ...rest] = [
    ...wrapper,
    PYTHON,
    fileURLToPath(new URL(name, import.meta.url)),
    ...args,
  ]
  const { stdout, stderr } = await command(program, rest, options)
  const lines = stdout.split('\n').filter((line) => /^(ok|FAIL) /.test(line))
  if (lines.length === 0)
    await checks.check('the script runs', () => Promise.reject(new Error(stdout + stderr)))
  for (const line of lines) {
    const [verdict, ...words] = line.split(' ')
    await checks.check(words.join(' ').replaceAll('_', ' '), () => {
      if (verdict !== 'ok') throw new Error(line)
    })
  }
}
