import { Checks } from './checks.ts'
import { pythonCan, runScript } from './python-script.ts'
import type { Account, RunningServer } from './server.ts'

/** Debian's python3-caldav, from the bare root URL. */
export async function run({ rootUrl, accounts }: RunningServer): Promise<Checks> {
  const checks = new Checks('python3-caldav')
  const { username, password } = accounts[0] as Account
  if (await pythonCan('import caldav')) {
    await runScript(checks, 'python-caldav.py', [rootUrl, username, password])
  } else checks.skip('python3-caldav is not installed')
  return checks
}
