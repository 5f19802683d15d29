import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { createCollection } from '../calendar/collections.ts'
import { getCollection } from '../calendar/homes.ts'
import { type ImportReport, importCalendar } from '../calendar/import.ts'
import type { Actor, CollectionRef } from '../calendar/model.ts'
import { Refusal } from '../calendar/refusal.ts'
import { CommandError, EXIT } from './exit.ts'
import type { Json } from './options.ts'
import { ownerOf } from './owner.ts'
import { createProgress, type Progress } from './progress.ts'
import { type CommandSession, withSession } from './session.ts'

interface ImportOptions extends Json {
  user: string
  calendar?: string
}

interface ImportFile {
  readonly path: string
  /** Href segment of the calendar it goes to. */
  readonly calendar: string
  readonly size: number
}

/** `kalends import`: whole calendars, into the use case that every client's PUT ends in. */
export function addImportCommand(program: Command): void {
  program
    .command('import <path>')
    .description('import an .ics file, or every .ics file of a folder; nobody is sent anything')
    .requiredOption('--user <user>', 'whose calendar')
    .option('--calendar <name>', 'an existing calendar (default: one named after each file, made if missing)')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nImporting the same file again changes nothing. Exit code 5: some components were rejected.',
    )
    .action(run)
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const files = await filesAt(path, options.calendar)
  const reports = await withSession((session) => importAll(session, files, options))
  if (options.json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`)
  else for (const report of reports) print(report)
  const rejected = reports.reduce((sum, report) => sum + report.rejected.length, 0)
  if (rejected > 0) throw new CommandError(EXIT.partial, `${rejected} components were not imported`)
}

async function filesAt(path: string, calendar: string | undefined): Promise<ImportFile[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new CommandError(EXIT.notFound, `there is no file or folder ${path}`)
  const paths = found.isDirectory()
    ? (await readdir(path)).filter((name) => /\.ics$/i.test(name)).map((name) => join(path, name))
    : [path]
  if (paths.length === 0) throw new CommandError(EXIT.notFound, `there is no .ics file in ${path}`)
  return Promise.all(
    paths.toSorted().map(async (each) => ({
      path: each,
      calendar: calendar ?? basename(each).replace(/\.ics$/i, ''),
      size: (await stat(each)).size,
    })),
  )
}

interface FileReport extends ImportReport {
  readonly file: string
  readonly calendar: string
}

async function importAll(
  { accounts, calendar: env }: CommandSession,
  files: readonly ImportFile[],
  options: ImportOptions,
): Promise<FileReport[]> {
  const actor = await ownerOf(accounts, options.user)
  const progress = createProgress(files.reduce((sum, { size }) => sum + size, 0))
  const reports: FileReport[] = []
  let before = 0
  try {
    for (const file of files) {
      const ref = { owner: actor.username, collection: file.calendar }
      if (options.calendar === undefined) await makeIfMissing(env, actor, ref)
      const source = metered(file, before, progress)
      const report = await importCalendar(env, actor, ref, source)
      reports.push({ file: file.path, calendar: file.calendar, ...report })
      before += file.size
    }
  } finally {
    progress.end()
  }
  return reports
}

async function makeIfMissing(
  env: CommandSession['calendar'],
  actor: Actor,
  ref: CollectionRef,
): Promise<void> {
  try {
    await getCollection(env, actor, ref)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason.code !== 'not-found') throw error
    const fields = { displayName: ref.collection }
    await createCollection(env, actor, ref, { kind: 'calendar', fields, dead: [] }, {})
  }
}

/** The octets of a file, counted as they are read. */
async function* metered(
  { path, size }: ImportFile,
  before: number,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  let read = 0
  for await (const chunk of createReadStream(path)) {
    read += chunk.length
    progress.update(before + Math.min(read, size), basename(path))
    yield chunk
  }
}

function print({ file, calendar, created, updated, unchanged, rejected }: FileReport): void {
  const counts = `${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected.length} rejected`
  process.stdout.write(`${file} -> ${calendar}: ${counts}\n`)
  for (const { line, component = 'text', uid, reason } of rejected) {
    const what = uid === undefined ? component : `${component} ${uid}`
    process.stderr.write(`${file}:${line}: ${what}: ${reason}\n`)
  }
}
