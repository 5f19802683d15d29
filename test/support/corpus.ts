import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type Component, type Property, property } from '../../src/ical/component.ts'
import { InvalidCalendarError, RecurrenceLimitError } from '../../src/ical/errors.ts'
import { factsOf } from '../../src/ical/facts.ts'
import { busyPeriods, mergeBusy } from '../../src/ical/free-busy.ts'
import { instancesBetween } from '../../src/ical/instances.ts'
import { type CalendarObject, calendarObjectOf } from '../../src/ical/object.ts'
import { readComponents } from '../../src/ical/stream.ts'
import { at, range, zone } from './calendar-text.ts'

const CORPUS = new URL('../../../shared/corpus/', import.meta.url)
const MAIN = ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY']

/** Paths of the corpus's calendar files; empty when it is not beside the project. */
export function corpusFiles(): string[] {
  if (!existsSync(CORPUS)) return []
  return ['icalendar', 'icaljs', 'khal'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, CORPUS))
      .filter((name) => name.endsWith('.ics'))
      .map((name) => `${folder}/${name}`),
  )
}

/** What became of one object of a file: a summary of its expansion, or why it was refused. */
export interface CorpusAnswer {
  readonly uid: string
  readonly refused?: string
  readonly instances?: number
  /** A number made of every start and end. */
  readonly digest?: number
  readonly busy?: number
  readonly indexed?: number
}

/** Expands every object of a corpus file over 1970 to 2100, with its facts and busy time. */
export async function expandFile(file: string): Promise<CorpusAnswer[]> {
  const groups = await readGroups(file)
  return groups.map(([uid, components]) => answer(uid, components))
}

async function readGroups(file: string): Promise<[string, Component[]][]> {
  const text = readFileSync(new URL(file, CORPUS))
  const zones: Component[] = []
  const groups = new Map<string, Component[]>()
  for await (const component of readComponents(chunks(text))) {
    if (component instanceof InvalidCalendarError) continue
    if (component.name === 'VTIMEZONE') zones.push(component)
    if (!MAIN.includes(component.name)) continue
    const uid = property(component, 'UID')?.value
    const key = uid ?? `line ${component.line}`
    groups.set(key, [...(groups.get(key) ?? []), uid === undefined ? withUid(component, key) : component])
  }
  return [...groups].map(([uid, members]) => [uid, [...zones, ...members]])
}

/** Many files of the corpus are about something else and leave out the UID: they are expanded all the same. */
function withUid(component: Component, uid: string): Component {
  return { ...component, properties: [made('UID', uid), ...component.properties] }
}

function made(name: string, value: string): Property {
  return { name, value, params: new Map(), line: 0 }
}

async function* chunks(text: Uint8Array): AsyncGenerator<Uint8Array> {
  yield text
}

function answer(uid: string, components: readonly Component[]): CorpusAnswer {
  const properties = [made('VERSION', '2.0'), made('PRODID', '-//Kalends//test//EN')]
  try {
    const object = calendarObjectOf({ name: 'VCALENDAR', properties, components, line: 0 })
    return { uid, ...expansion(object) }
  } catch (error) {
    if (error instanceof InvalidCalendarError || error instanceof RecurrenceLimitError) {
      return { uid, refused: error.message }
    }
    throw error
  }
}

const EVER = range('19700101', '21000101')

function expansion(object: CalendarObject): Omit<CorpusAnswer, 'uid'> {
  const floatingZone = zone('Europe/Berlin')
  const found = instancesBetween(object, EVER, { floatingZone, limit: 60_000 })
  const facts = factsOf(object, {
    floatingZone,
    window: range('20000101', '20300101'),
    maxInstances: 60_000,
    minTime: at('19000101'),
    maxTime: at('21000101'),
  })
  const closed = { start: EVER.from, end: EVER.until }
  return {
    instances: found.length,
    digest: found.reduce((sum, { start, end }) => (sum * 31 + start / 1000 + end / 500) % 4_294_967_296, 7),
    busy: mergeBusy(busyPeriods(object, closed, floatingZone)).length,
    indexed: facts.instances.length,
  }
}
