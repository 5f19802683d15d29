import { buffer } from 'node:stream/consumers'
import type { Command } from 'commander'
import { getUser } from '../accounts/users.ts'
import { listHeld } from '../store/mail-holds.ts'
import { CommandError, EXIT } from './exit.ts'
import type { Json } from './options.ts'
import { printResult, printRows } from './output.ts'
import { withSession } from './session.ts'

/** EX_TEMPFAIL of sysexits.h: mail servers keep the mail and try again. */
const TRY_AGAIN = 75

/** `kalends mail …`: mail that a pipe delivers, and mails that are held back. */
export function addMailCommands(program: Command): void {
  const mail = program.command('mail').description('deliver mail, and decide on mails that are held back')
  mail
    .command('deliver [recipients...]')
    .description('take in one mail from standard input, for a pipe of a mail server')
    .option('--json', 'print what became of it as JSON')
    .addHelpText(
      'after',
      '\nWithout recipients the headers say whom it is for. Exit code 75: try again later.' +
        '\nA mail that is no calendar message, or counts for nothing, is taken and dropped.',
    )
    .action(deliver)
  const held = mail
    .command('held')
    .description('mails about mass cancellations, held back until somebody decides')
  held.command('list').description('whose mails are held back').option('--json', 'print JSON').action(list)
  held
    .command('release <user>')
    .description('send them after all')
    .option('--json', 'print JSON')
    .action((user: string, options: Json) => decide(user, 'release', options))
  held
    .command('drop <user>')
    .description('never send them')
    .option('--json', 'print JSON')
    .action((user: string, options: Json) => decide(user, 'drop', options))
}

async function deliver(recipients: string[], { json = false }: Json): Promise<void> {
  const octets = await buffer(process.stdin)
  const { mailReceiver } = await import('../mail-service.ts')
  const { receiveMail } = await import('../mail/receive-mail.ts')
  const receptions = await withSession(({ config, calendar }) => {
    const addresses = recipients.map((address) => address.toLowerCase())
    return receiveMail(mailReceiver(config, calendar), { octets, recipients: addresses, peer: undefined })
  }).catch((cause) => {
    throw new CommandError(TRY_AGAIN, cause instanceof Error ? cause.message : String(cause), { cause })
  })
  printRows(
    receptions.map((reception) => ({ ...reception })),
    { json },
  )
  if (receptions.some(({ result }) => result === 'later'))
    throw new CommandError(TRY_AGAIN, 'try again later')
  if (receptions.length > 0 && receptions.every(({ result }) => result === 'unknown')) {
    throw new CommandError(EXIT.notFound, 'nobody here has that address')
  }
}

async function list(options: Json): Promise<void> {
  const rows = await withSession(({ calendar }) => calendar.store.reader.rows(listHeld))
  const shown = rows.map(({ username, events, messages, heldAt }) => ({
    user: username,
    events: Number(events),
    mails: Number(messages),
    since: heldAt,
  }))
  printRows(shown, options)
}

async function decide(login: string, decision: 'release' | 'drop', options: Json): Promise<void> {
  await withSession(async ({ accounts, calendar }) => {
    const { userId, username } = await getUser(accounts, login)
    const { decideHeldOf } = await import('../mail/decide-hold.ts')
    const mails = await decideHeldOf(calendar.store, userId, decision, calendar.clock())
    const done = decision === 'release' ? 'will be sent' : 'dropped'
    printResult({ user: username, mails }, `${mails} mails of ${username} ${done}`, options)
  })
}
