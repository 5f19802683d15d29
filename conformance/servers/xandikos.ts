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

/** Starts Debian's xandikos. It knows one principal and asks nobody for a password. */
export async function startXandikos(): Promise<RunningServer> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const program = startProgram('xandikos', [
    ...['--directory', folder, '--listen-address', '127.0.0.1', '--port', String(port)],
    ...['--current-user-principal', '/alice/', '--defaults'],
  ])
  await waitForPort(port, program)
  return {
    version: packageVersion('xandikos'),
    url: new URL(`http://127.0.0.1:${port}/`),
    credentials: accounts.slice(0, 1),
    stop: () => stopProgram(program).then(() => removeFolder(folder)),
  }
}
