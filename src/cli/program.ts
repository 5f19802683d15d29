import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAppPasswordCommands } from './app-password.ts'
import { addCalendarCommands } from './calendar.ts'
import { addDoctorCommand } from './doctor.ts'
import { addExportCommand } from './export.ts'
import { addGroupCommands } from './group.ts'
import { addImportCommand } from './import.ts'
import { addMailCommands } from './mail.ts'
import { addServeCommands } from './serve.ts'
import { addUserCommands } from './user.ts'

const EXIT_CODES = `
Exit codes:
  0  done
  1  failed
  2  wrong usage or settings
  3  no such user, calendar or password
  4  taken: something of that name or address exists
  5  done in part: an import or export left something out, and said what
  75 try again later (mail deliver)

Settings come from the environment or a file .env; .env.example lists them.`

/** The whole command line. Commands load what they need when they run, so that --help is quick. */
export function createProgram(): Command {
  const program = new Command('kalends')
    .description('A calendar server for CalDAV clients, and its administration')
    .version(versionOf())
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
  addServeCommands(program)
  addUserCommands(program)
  addAppPasswordCommands(program)
  addGroupCommands(program)
  addCalendarCommands(program)
  addImportCommand(program)
  addExportCommand(program)
  addMailCommands(program)
  addDoctorCommand(program)
  return program
}

function versionOf(): string {
  // dist/src/cli when built, src/cli when run from source.
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')).version
    } catch {
      // Not this one.
    }
  }
  return 'unknown'
}
