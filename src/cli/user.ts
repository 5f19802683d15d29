import type { Command } from 'commander'
import {
  type Account,
  addUser,
  deleteUser,
  getUser,
  listUsers,
  setDisabled,
  setPassword,
  updateUser,
} from '../accounts/users.ts'
import type { PrincipalKind } from '../store/records.ts'
import { choice, type Json } from './options.ts'
import { printResult, printRows, type Row } from './output.ts'
import { readPassword } from './secret.ts'
import { withSession } from './session.ts'

const KINDS = ['INDIVIDUAL', 'GROUP', 'ROOM', 'RESOURCE'] as const

interface ProfileOptions {
  email?: string
  name?: string
  timezone?: string
  locale?: string
}
interface AddOptions extends ProfileOptions, Json {
  username?: string
  kind?: PrincipalKind
  password: boolean
  passwordStdin?: boolean
}

/** `kalends user …`: whoever can own calendars. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('manage users, groups, rooms and resources')
  withProfile(user.command('add').argument('<email>', 'e-mail address, unique'))
    .description('add a user with a home and one calendar')
    .option('--username <name>', 'lower-case name that never changes (default: the address before the @)')
    .option('--kind <kind>', 'individual, group, room or resource (default: individual)', choice(KINDS))
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--no-password', 'nobody logs in as it (the default for groups, rooms and resources)')
    .option('--json', 'print the user as JSON')
    .action(add)
  user
    .command('list')
    .description('list users; with --kind also groups, rooms or resources')
    .option('--kind <kind>', 'individual, group, room or resource', choice(KINDS))
    .option('--json', 'print JSON')
    .action(list)
  withProfile(user.command('set').argument('<user>').option('--email <address>', 'new e-mail address'))
    .description('change what can be changed of a user')
    .action((login: string, options: ProfileOptions) =>
      withSession(({ accounts }) => updateUser(accounts, login, options)),
    )
  user
    .command('passwd <user>')
    .description('set a new password; app passwords stay')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action(passwd)
  user
    .command('disable <user>')
    .description('keep the data, refuse the logins')
    .action((login: string) => withSession(({ accounts }) => setDisabled(accounts, login, true)))
  user
    .command('enable <user>')
    .description('undo disable')
    .action((login: string) => withSession(({ accounts }) => setDisabled(accounts, login, false)))
  user
    .command('delete <user>')
    .description('delete a user with all calendars in its home')
    .action((login: string) => withSession(({ accounts }) => deleteUser(accounts, login)))
}

function withProfile(command: Command): Command {
  return command
    .option('--name <name>', 'name shown to others')
    .option('--timezone <zone>', 'IANA time zone, like Europe/Berlin')
    .option('--locale <tag>', 'language tag, like de-AT')
}

async function add(email: string, options: AddOptions): Promise<void> {
  const kind = options.kind ?? 'INDIVIDUAL'
  const hasPassword = options.passwordStdin === true || (kind === 'INDIVIDUAL' && options.password)
  const password = hasPassword ? await readPassword(options.passwordStdin === true) : undefined
  const username = options.username ?? email.split('@', 1)[0]?.toLowerCase() ?? ''
  const { name, timezone, locale } = options
  const account = await withSession(({ accounts }) =>
    addUser(accounts, {
      username,
      email,
      kind,
      ...(name === undefined ? {} : { name }),
      ...(timezone === undefined ? {} : { timezone }),
      ...(locale === undefined ? {} : { locale }),
      ...(password === undefined ? {} : { password }),
    }),
  )
  printResult(rowOf(account), `added ${account.username} <${account.email}>`, options)
}

async function list(options: { kind?: PrincipalKind } & Json): Promise<void> {
  const kinds = options.kind === undefined ? (['INDIVIDUAL'] as const) : [options.kind]
  const rows = await withSession(async ({ accounts }) => {
    const found: Row[] = []
    for await (const account of listUsers(accounts, kinds)) found.push(rowOf(account))
    return found
  })
  printRows(rows, options)
}

async function passwd(login: string, options: { passwordStdin?: boolean }): Promise<void> {
  await withSession(({ accounts }) => getUser(accounts, login))
  const password = await readPassword(options.passwordStdin === true)
  await withSession(({ accounts }) => setPassword(accounts, login, password))
}

function rowOf({ username, email, name, kind, timezone, locale, disabledAt, createdAt }: Account): Row {
  return { username, email, name, kind, timezone, locale, disabled: disabledAt !== undefined, createdAt }
}
