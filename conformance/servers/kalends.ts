import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  accounts,
  freePort,
  type RunningServer,
  removeFolder,
  run,
  startProgram,
  stopProgram,
  temporaryFolder,
  waitForPort,
} from './process.ts'

/** The server's command, from the source of this file or from what was built of it one folder deeper. */
const program = ['../../bin/kalends.js', '../../../bin/kalends.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path)) as string

/** Starts this project's own server, built beforehand, with three accounts. */
export async function startKalends(): Promise<RunningServer> {
  const folder = await temporaryFolder()
  const [port, mailPort] = [await freePort(), await freePort()]
  const mailSink = `127.0.0.1:${mailPort}`
  const mail = { SMTP_URL: `smtp://${mailSink}`, MAIL_FROM: 'calendar@example.test' }
  const env = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: folder, ...mail }
  const server = startProgram(process.execPath, [program, 'serve'], env)
  await waitForPort(port, server)
  for (const { username, password } of accounts) {
    const email = `${username}@example.test`
    const names = ['--username', username, '--name', username, '--password-stdin']
    run(process.execPath, [program, 'user', 'add', email, ...names], `${password}\n`, env)
  }
  return {
    version: run(process.execPath, [program, '--version']).trim(),
    url: new URL(`http://127.0.0.1:${port}/`),
    credentials: accounts,
    mailSink,
    stop: () => stopProgram(server).then(() => removeFolder(folder)),
  }
}
