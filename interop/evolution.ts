import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checks } from './checks.ts'
import { isInstalled } from './command.ts'
import { pythonCan, runScript } from './python-script.ts'
import type { RunningServer } from './server.ts'

const MODULES = "import gi; gi.require_version('ECal', '2.0'); gi.require_version('ICalGLib', '3.0')"

/** Evolution's engine with its caches and settings in a folder of its own, from the bare root URL. */
export async function run({ rootUrl, accounts }: RunningServer): Promise<Checks> {
  const checks = new Checks('evolution')
  if (!((await isInstalled('dbus-run-session')) && (await pythonCan(MODULES)))) {
    checks.skip('evolution-data-server is not installed')
    return checks
  }
  const home = await mkdtemp(join(tmpdir(), 'kalends-evolution-'))
  try {
    const args = [rootUrl, ...accounts.flatMap(({ username, password }) => [username, password])]
    const env = await foldersIn(home)
    await runScript(checks, 'evolution.py', args, ['dbus-run-session', '--'], { env })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
  return checks
}

async function foldersIn(home: string): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { HOME: home }
  for (const name of ['CONFIG_HOME', 'DATA_HOME', 'CACHE_HOME', 'RUNTIME_DIR']) {
    const folder = join(home, name.toLowerCase())
    await mkdir(folder, { mode: 0o700 })
    env[`XDG_${name}`] = folder
  }
  return env
}
