import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  accounts,
  freePort,
  packageVersion,
  type RunningServer,
  removeFolder,
  startProgram,
  stopProgram,
  temporaryFolder,
  waitForPort,
} from './process.ts'

/** Starts Debian's radicale with three accounts. */
export async function startRadicale(): Promise<RunningServer> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const passwords = accounts.map(({ username, password }) => `${username}:${password}\n`).join('')
  await writeFile(join(folder, 'users'), passwords)
  const config = [
    ['server', `hosts = 127.0.0.1:${port}`],
    ['auth', `type = htpasswd\nhtpasswd_filename = ${folder}/users\nhtpasswd_encryption = plain\ndelay = 0`],
    ['storage', `filesystem_folder = ${folder}/collections`],
    ['logging', 'level = error'],
  ]
  await writeFile(join(folder, 'config'), config.map(([name, lines]) => `[${name}]\n${lines}\n`).join(''))
  const program = startProgram('radicale', ['--config', join(folder, 'config')])
  await waitForPort(port, program)
  return {
    version: packageVersion('radicale'),
    url: new URL(`http://127.0.0.1:${port}/`),
    credentials: accounts,
    stop: () => stopProgram(program).then(() => removeFolder(folder)),
  }
}
