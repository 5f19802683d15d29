import { readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './process.ts'

/** A private Postgres of Debian, for servers that need one. */
export interface PrivatePostgres {
  /** The folder of its socket. */
  readonly socket: string
  /** Runs a program as the user of the database, with the database's programs on its path. */
  readonly as: (...command: string[]) => string
  readonly stop: () => void
}

/** Starts a Postgres with its data in a folder; it listens on its socket, and on a loopback port where one is given. */
export async function startPostgres(folder: string, port?: number): Promise<PrivatePostgres> {
  const [version = ''] = readdirSync('/usr/lib/postgresql').sort().reverse()
  const binaries = `/usr/lib/postgresql/${version}/bin`
  const data = join(folder, 'postgres')
  const socket = join(folder, 'socket')
  await mkdir(data)
  await mkdir(socket)
  run('chmod', ['755', folder])
  run('chmod', ['1777', socket])
  run('chown', ['postgres:', data])
  const as = (...command: string[]): string =>
    run('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', ...command], '', {
      PGHOST: socket,
      PGPORT: String(port ?? 5432),
      PATH: `${binaries}:${process.env.PATH}`,
    })
  as('initdb', '-D', data, '-A', 'trust', '-E', 'UTF8')
  const listen =
    port === undefined ? `-c listen_addresses=''` : `-c listen_addresses=127.0.0.1 -c port=${port}`
  const options = `${listen} -c unix_socket_directories=${socket} -c fsync=off`
  as('pg_ctl', '-D', data, '-w', '-l', join(data, 'log'), '-o', options, 'start')
  return { socket, as, stop: () => as('pg_ctl', '-D', data, '-m', 'immediate', 'stop') }
}
