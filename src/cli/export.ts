import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { exportCalendar } from '../calendar/export.ts'
import { getCollection, getHome, listCollections } from '../calendar/homes.ts'
import type { Actor, Calendar } from '../calendar/model.ts'
import { CommandError, EXIT } from './exit.ts'
import { ownerOf } from './owner.ts'
import { createProgress } from './progress.ts'
import { type CommandSession, withSession } from './session.ts'

interface ExportOptions {
  user: string
  calendar?: string
  output?: string
}

/** `kalends export`: whole calendars as .ics, which `kalends import` takes back unchanged. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('export one calendar as .ics, or all calendars of a user into a folder')
    .requiredOption('--user <user>', 'whose calendars')
    .option('--calendar <name>', 'one calendar (default: all)')
    .option('--output <path>', 'file for one calendar (default: standard output), folder for all')
    .action((options: ExportOptions) => withSession((session) => run(session, options)))
}

async function run(session: CommandSession, options: ExportOptions): Promise<void> {
  const actor = await ownerOf(session.accounts, options.user)
  if (options.calendar !== undefined) return exportOne(session, actor, options.calendar, options.output)
  if (options.output === undefined) {
    throw new CommandError(
      EXIT.usage,
      'all calendars need a folder to go to: give --output, or one --calendar',
    )
  }
  await exportAll(session, actor, options.output)
}

async function exportOne(
  { calendar: env }: CommandSession,
  actor: Actor,
  name: string,
  output: string | undefined,
): Promise<void> {
  const found = await getCollection(env, actor, { owner: actor.username, collection: name })
  if (found.kind !== 'calendar') throw new CommandError(EXIT.usage, `${name} is not a calendar`)
  if (output === undefined)
    return pipeline(Readable.from(exportCalendar(env, found)), process.stdout, { end: false })
  await writeFile(env, found, output)
}

async function exportAll({ calendar: env }: CommandSession, actor: Actor, folder: string): Promise<void> {
  const home = await getHome(env, actor, { owner: actor.username })
  const calendars = (await listCollections(env, actor, home)).filter((each) => each.kind === 'calendar')
  await mkdir(folder, { recursive: true })
  const progress = createProgress(calendars.length)
  for (const [index, calendar] of calendars.entries()) {
    progress.update(index, calendar.name)
    await writeFile(env, calendar, join(folder, `${fileNameOf(calendar)}.ics`))
  }
  progress.end()
  process.stdout.write(`${calendars.length} calendars in ${folder}\n`)
}

/** Written beside its place and renamed, so that a file of that name is always whole. */
async function writeFile(env: CommandSession['calendar'], calendar: Calendar, path: string): Promise<void> {
  const draft = `${path}.part`
  try {
    await pipeline(Readable.from(exportCalendar(env, calendar)), createWriteStream(draft))
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

/** Clients name calendars as they like; a leading dot would hide the file or leave the folder. */
function fileNameOf({ name }: Calendar): string {
  return name.replace(/^\./, '_').replace(/[\\:*?"<>|]/g, '_')
}
