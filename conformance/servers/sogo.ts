import { join } from 'node:path'
import { startPostgres } from './postgres.ts'
import {
  accounts,
  freePort,
  packageVersion,
  type RunningServer,
  removeFolder,
  run,
  startProgram,
  stopProgram,
  temporaryFolder,
  waitForPort,
} from './process.ts'

/** Starts Debian's sogo on a private Postgres and memcached with three accounts. Needs to run as root. */
export async function startSogo(): Promise<RunningServer> {
  const folder = await temporaryFolder()
  const [port, databasePort] = [await freePort(), await freePort()]
  const database = await startPostgres(folder, databasePort)
  const rows = accounts.map(
    ({ username, password }) =>
      `('${username}', '${username}', '${password}', '${username}', '${username}@example.test')`,
  )
  database.as('createdb', 'sogo')
  database.as(
    'psql',
    '-q',
    'sogo',
    '-c',
    `CREATE TABLE users (c_uid text PRIMARY KEY, c_name text, c_password text, c_cn text, mail text);
    INSERT INTO users VALUES ${rows.join(', ')}`,
  )
  run('mkdir', ['-m', '777', join(folder, 'sogo')])
  const asSogo = ['--reuid=sogo', '--regid=sogo', '--init-groups']
  const cache = startProgram('memcached', ['-u', 'sogo', '-s', `${folder}/sogo/memcached`, '-a', '777'])
  const settings = settingsOf(folder, port, databasePort).flatMap(([name, value]) => [`-${name}`, value])
  const program = startProgram('setpriv', [...asSogo, 'sogod', ...settings], { HOME: join(folder, 'sogo') })
  await waitForPort(port, program)
  return {
    version: packageVersion('sogo'),
    url: new URL(`http://127.0.0.1:${port}/SOGo/dav/`),
    credentials: accounts,
    stop: async () => {
      await stopProgram(program)
      await stopProgram(cache)
      database.stop()
      await removeFolder(folder)
    },
  }
}

function settingsOf(folder: string, port: number, databasePort: number): [string, string][] {
  const database = `postgresql://postgres@127.0.0.1:${databasePort}/sogo`
  const source = `({ type = sql; id = directory; viewURL = "${database}/users"; canAuthenticate = YES; isAddressBook = YES; userPasswordAlgorithm = none; })`
  return [
    ['WOPort', `127.0.0.1:${port}`],
    ['WOWorkersCount', '8'],
    ['WONoDetach', 'YES'],
    ['WOLogFile', `${folder}/sogo/log`],
    ['WOPidFile', `${folder}/sogo/pid`],
    ['SOGoProfileURL', `${database}/sogo_user_profile`],
    ['OCSFolderInfoURL', `${database}/sogo_folder_info`],
    ['OCSSessionsFolderURL', `${database}/sogo_sessions_folder`],
    ['OCSEMailAlarmsFolderURL', `${database}/sogo_alarms_folder`],
    ['SOGoUserSources', source],
    ['SOGoMemcachedHost', `${folder}/sogo/memcached`],
    ['SOGoAppointmentSendEMailNotifications', 'NO'],
    ['SOGoTimeZone', 'UTC'],
  ]
}
