import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { BenchServer } from './run.ts'

const PORT = 5239

/** Debian's radicale with a bcrypt-free htpasswd file, as a second mark measured in the same run. */
export async function startRadicale(): Promise<BenchServer | undefined> {
  const installed = await promisify(execFile)('radicale', ['--version']).catch(() => undefined)
  if (installed === undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'radicale-'))
  await writeFile(join(folder, 'users'), 'alice:secret\n')
  const settings = [
    ['server', 'hosts', `127.0.0.1:${PORT}`],
    ['auth', 'type', 'htpasswd'],
    ['auth', 'htpasswd-filename', join(folder, 'users')],
    ['auth', 'htpasswd-encryption', 'plain'],
    ['storage', 'filesystem-folder', join(folder, 'collections')],
    ['logging', 'level', 'error'],
  ]
  const flags = settings.map(([section, key, value]) => `--${section}-${key}=${value}`)
  const child = spawn('radicale', ['--config', '', ...flags], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${PORT}/`
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break
    await delay(100)
  }
  return {
    name: `radicale ${installed.stdout.trim()}`,
    url,
    pid: child.pid as number,
    username: 'alice',
    password: 'secret',
    home: '/alice/',
    stop: async () => {
      child.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
