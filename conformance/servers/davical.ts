import { readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PrivatePostgres, startPostgres } from './postgres.ts'
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

/** Starts Debian's davical on a private Postgres and Apache with three accounts. Needs to run as root. */
export async function startDavical(): Promise<RunningServer> {
  const folder = await temporaryFolder()
  const database = await startDatabase(folder)
  const port = await freePort()
  // DAViCal looks for its settings in this one folder, by the name of the server.
  const serverName = '127.0.0.1'
  const settings = `/etc/davical/${serverName}-conf.php`
  await writeFile(settings, settingsOf(folder))
  await writeApacheConfiguration(folder, serverName, port)
  const program = startProgram('apache2', ['-f', join(folder, 'apache.conf'), '-D', 'FOREGROUND'])
  await waitForPort(port, program)
  return {
    version: packageVersion('davical'),
    url: new URL(`http://127.0.0.1:${port}/caldav.php/`),
    credentials: accounts,
    stop: async () => {
      await stopProgram(program)
      database.stop()
      await rm(settings)
      await removeFolder(folder)
    },
  }
}

async function startDatabase(folder: string): Promise<PrivatePostgres> {
  const database = await startPostgres(folder)
  database.as('sh', '/usr/share/davical/dba/create-database.sh', 'davical', 'admin-password')
  const users = accounts.map(({ username, password }) => userSql(username, password))
  database.as('psql', '-q', 'davical', '-c', users.join(''))
  return database
}

/** The rows that make an account (`**` marks a password kept as it is; 7168 lets others invite it) and its home. */
function userSql(username: string, password: string): string {
  const email = `${username}@example.test`
  return `INSERT INTO usr (active, username, password, fullname, email)
      VALUES (true, '${username}', '**${password}', '${username}', '${email}');
    INSERT INTO principal (type_id, user_no, displayname, default_privileges)
      SELECT 1, user_no, fullname, 7168::BIT(24) FROM usr WHERE username = '${username}';
    INSERT INTO collection (user_no, parent_container, dav_name, dav_etag, dav_displayname, is_calendar, created, modified, resourcetypes)
      SELECT user_no, '/${username}/', '/${username}/calendar/', md5(username), 'Calendar', true, now(), now(),
        '<DAV::collection/><urn:ietf:params:xml:ns:caldav:calendar/>' FROM usr WHERE username = '${username}';\n`
}

function settingsOf(folder: string): string {
  const lines = [
    '<?php',
    `$c->pg_connect[] = "dbname=davical host=${folder}/socket user=davical_app";`,
    '$c->domain_name = "example.test";',
    '$c->enable_auto_schedule = true;',
    '$c->hide_TODO = false;',
    '$c->hide_alarm = false;',
  ]
  return lines.join('\n')
}

async function writeApacheConfiguration(folder: string, serverName: string, port: number): Promise<void> {
  const modules = '/usr/lib/apache2/modules'
  const load = ['mpm_prefork', 'authz_core', 'dir', 'mime', 'rewrite', 'env', 'alias', 'setenvif']
  const apache = [
    `ServerName ${serverName}`,
    `PidFile ${folder}/apache.pid`,
    `Listen 127.0.0.1:${port}`,
    'User www-data',
    'Group www-data',
    `ErrorLog ${folder}/apache.log`,
    ...load.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
    ...readdirSync(modules)
      .filter((name) => /^libphp/.test(name))
      .map((name) => `LoadModule php_module ${modules}/${name}`),
    'TypesConfig /etc/mime.types',
    'AddHandler application/x-httpd-php .php',
    'DocumentRoot /usr/share/davical/htdocs',
    'DirectoryIndex index.php',
    'AcceptPathInfo On',
    'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
    'php_value include_path /usr/share/davical/inc:/usr/share/awl/inc',
    'php_value magic_quotes_gpc 0',
    `php_value error_log ${folder}/php.log`,
    'php_value default_charset utf-8',
    'RewriteEngine On',
    'RewriteRule ^/\\.well-known/caldav /caldav.php/ [R,L]',
    '<Directory /usr/share/davical/htdocs>\nRequire all granted\n</Directory>',
  ]
  await writeFile(join(folder, 'apache.conf'), `${apache.join('\n')}\n`)
}
