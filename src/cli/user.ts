import type { Command } from 'commander'
import { AUTO_SCHEDULE_MODES, type BookingRules, setBookingRules } from '../accounts/booking.ts'
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
  addBookingCommand(user)
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

interface BookingOptions {
  autoSchedule?: (typeof AUTO_SCHEDULE_MODES)[number]
  bookedBy?: string
  horizon?: string
  longest?: string
  hours?: string
}

/** How rooms and resources answer invitations. */
function addBookingCommand(user: Command): void {
  user
    .command('booking <user>')
    .description('set how a room, a resource or a person answers invitations by itself')
    .option('--auto-schedule <mode>', AUTO_SCHEDULE_MODES.join(', '), choice(AUTO_SCHEDULE_MODES))
    .option('--booked-by <group>', 'only this group, or user, may book; "anyone" for everybody')
    .option('--horizon <days>', 'decline what reaches further ahead; 0 for the default of two years')
    .option('--longest <minutes>', 'decline what takes longer; 0 for no limit')
    .option('--hours <HH:MM-HH:MM>', 'decline what is outside, in its own time zone; "any" for no limit')
    .action((login: string, options: BookingOptions) =>
      withSession(({ accounts }) => setBookingRules(accounts, login, rulesOf(options))),
    )
}

function rulesOf({ autoSchedule, bookedBy, horizon, longest, hours }: BookingOptions): BookingRules {
  return {
    ...(autoSchedule === undefined ? {} : { mode: autoSchedule }),
    ...(bookedBy === undefined ? {} : { group: bookedBy === 'anyone' ? null : bookedBy }),
    ...(horizon === undefined ? {} : { horizonDays: Number(horizon) === 0 ? null : Number(horizon) }),
    ...(longest === undefined ? {} : { maxMinutes: Number(longest) === 0 ? null : Number(longest) }),
    ...(hours === undefined ? {} : { hours: hours === 'any' ? null : hours }),
  }
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
