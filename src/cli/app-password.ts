import type { Command } from 'commander'
import { addAppPassword, listAppPasswordsOf, revokeAppPassword } from '../accounts/app-passwords.ts'
import type { Json } from './options.ts'
import { printResult, printRows } from './output.ts'
import { withSession } from './session.ts'

/** `kalends app-password …`: one password per device. */
export function addAppPasswordCommands(program: Command): void {
  const appPassword = program.command('app-password').description('manage passwords for single devices')
  appPassword
    .command('add <user> <name>')
    .description('make a password for a device or program; it is shown this once')
    .option('--json', 'print JSON')
    .action(add)
  appPassword
    .command('list <user>')
    .description('list app passwords, and when each was last used')
    .option('--json', 'print JSON')
    .action(list)
  appPassword
    .command('revoke <user> <name-or-id>')
    .description('refuse an app password from now on')
    .action((login: string, which: string) =>
      withSession(({ accounts }) => revokeAppPassword(accounts, login, which)),
    )
}

async function add(login: string, name: string, options: Json): Promise<void> {
  const added = await withSession(({ accounts }) => addAppPassword(accounts, login, name))
  printResult({ id: added.appPasswordId, name, password: added.password }, added.password, options)
}

async function list(login: string, options: Json): Promise<void> {
  const found = await withSession(({ accounts }) => listAppPasswordsOf(accounts, login))
  const rows = found.map(({ appPasswordId, name, createdAt, lastUsedAt }) => ({
    id: appPasswordId,
    name,
    createdAt,
    lastUsedAt: lastUsedAt ?? null,
  }))
  printRows(rows, options)
}
