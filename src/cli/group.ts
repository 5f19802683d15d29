import type { Command } from 'commander'
import { addMember, membersOf, removeMember } from '../accounts/groups.ts'
import type { Json } from './options.ts'
import { printRows } from './output.ts'
import { withSession } from './session.ts'

/** `kalends group …`: who belongs to a group made with `user add --kind group`. */
export function addGroupCommands(program: Command): void {
  const group = program.command('group').description('manage who belongs to a group')
  group
    .command('add <group> <member>')
    .description('make a user or group a member')
    .action((name: string, member: string) =>
      withSession(({ accounts }) => addMember(accounts, name, member)),
    )
  group
    .command('remove <group> <member>')
    .description('end a membership')
    .action((name: string, member: string) =>
      withSession(({ accounts }) => removeMember(accounts, name, member)),
    )
  group.command('list <group>').description('list direct members').option('--json', 'print JSON').action(list)
}

async function list(name: string, options: Json): Promise<void> {
  const members = await withSession(({ accounts }) => membersOf(accounts, name))
  printRows(
    members.map(({ username, email, name, kind }) => ({ username, email, name, kind })),
    options,
  )
}
