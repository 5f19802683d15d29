import type { Command } from 'commander'
import { createCollection, deleteCollection } from '../calendar/collections.ts'
import { getHome, listCollections } from '../calendar/homes.ts'
import type { Collection, ComponentName } from '../calendar/model.ts'
import { choices, type Json } from './options.ts'
import { printResult, printRows, type Row } from './output.ts'
import { ownerOf } from './owner.ts'
import { withSession } from './session.ts'

const DEFAULT_COMPONENTS = ['VEVENT', 'VTODO', 'VJOURNAL'] as const
const COMPONENTS = [...DEFAULT_COMPONENTS, 'VFREEBUSY', 'VAVAILABILITY'] as const

interface AddOptions extends Json {
  displayName?: string
  description?: string
  color?: string
  timezone?: string
  components?: ComponentName[]
}

/** `kalends calendar …`: the calendars in a user's home. */
export function addCalendarCommands(program: Command): void {
  const calendar = program.command('calendar').description('manage the calendars of a user')
  calendar
    .command('add <user> <name>')
    .description('add a calendar; its name is the last part of its address')
    .option('--display-name <text>', 'name shown by clients (default: the name)')
    .option('--description <text>', 'what it is for')
    .option('--color <#rrggbb>', 'color shown by clients')
    .option('--timezone <zone>', 'IANA time zone of its all-day and floating times')
    .option(
      '--components <list>',
      'what it holds: vevent,vtodo,vjournal,vfreebusy,vavailability (default: the first three)',
      choices(COMPONENTS),
    )
    .option('--json', 'print JSON')
    .action(add)
  calendar.command('list <user>').description('list calendars').option('--json', 'print JSON').action(list)
  calendar
    .command('delete <user> <name>')
    .description('delete a calendar and everything in it')
    .action(remove)
}

async function add(user: string, name: string, options: AddOptions): Promise<void> {
  const added = await withSession(async ({ accounts, calendar }) => {
    const actor = await ownerOf(accounts, user)
    const { displayName = name, description, color, timezone, components = DEFAULT_COMPONENTS } = options
    const fields = {
      displayName,
      components,
      ...(description === undefined ? {} : { description }),
      ...(color === undefined ? {} : { color }),
      ...(timezone === undefined ? {} : { timezoneId: timezone }),
    }
    const ref = { owner: actor.username, collection: name }
    return createCollection(calendar, actor, ref, { kind: 'calendar', fields, dead: [] }, {})
  })
  printResult(rowOf(added), `added ${added.owner.username}/${added.name}`, options)
}

async function list(user: string, options: Json): Promise<void> {
  const collections = await withSession(async ({ accounts, calendar }) => {
    const actor = await ownerOf(accounts, user)
    return listCollections(calendar, actor, await getHome(calendar, actor, { owner: actor.username }))
  })
  printRows(collections.map(rowOf), options)
}

async function remove(user: string, name: string): Promise<void> {
  await withSession(async ({ accounts, calendar }) => {
    const actor = await ownerOf(accounts, user)
    await deleteCollection(calendar, actor, { owner: actor.username, collection: name }, {})
  })
}

function rowOf(collection: Collection): Row {
  return {
    name: collection.name,
    displayName: collection.displayName ?? null,
    kind: collection.kind,
    components: collection.kind === 'calendar' ? collection.components : [],
    bytes: Number(collection.sizeBytes),
    updatedAt: collection.updatedAt,
  }
}
