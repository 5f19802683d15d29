import { fileURLToPath } from 'node:url'
import { Checks } from './checks.ts'
import { command } from './command.ts'
import type { Account, RunningServer } from './server.ts'

/** Debian's interpreter: the one that Debian's modules are installed for. */
const PYTHON = '/usr/bin/python3'

/** Debian's python3-caldav, from the bare root URL. */
export async function run(server: RunningServer): Promise<Checks> {
  const checks = new Checks('python3-caldav')
  if ((await command(PYTHON, ['-c', 'import caldav'])).code !== 0) {
    checks.skip('python3-caldav is not installed')
    return checks
  }
  const account = server.accounts[0] as Account
  const script = fileURLToPath(new URL('python-caldav.py', import.meta.url))
  const { stdout, stderr } = await command(PYTHON, [
    script,
    server.rootUrl,
    account.username,
    account.password,
  ])
  const lines = stdout.split('\n').filter((line) => /^(ok|FAIL) /.test(line))
  if (lines.length === 0)
    await checks.check('the script runs', () => Promise.reject(new Error(stdout + stderr)))
  for (const line of lines) {
    const [verdict, ...words] = line.split(' ')
    await checks.check(words.join(' ').replaceAll('_', ' '), () => {
      if (verdict !== 'ok') throw new Error(line)
    })
  }
  return checks
}
