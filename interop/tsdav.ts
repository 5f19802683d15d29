import { type DAVCalendar, DAVClient } from 'tsdav'
import { Checks, expectThat } from './checks.ts'
import type { Account, RunningServer } from './server.ts'

function event(uid: string, summary: string, start: string, end: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Interop//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART:${start}`,
    `DTEND:${end}`,
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

/** npm's tsdav 2: discovery by well-known, objects, multiget and sync. */
export async function run(server: RunningServer): Promise<Checks> {
  const checks = new Checks('tsdav')
  const { username, password } = server.accounts[0] as Account
  const client = new DAVClient({
    serverUrl: server.rootUrl,
    credentials: { username, password },
    authMethod: 'Basic',
    defaultAccountType: 'caldav',
  })
  await checks.check('logs in from the bare root URL', () => client.login())
  const find = async (name: string): Promise<DAVCalendar> => {
    const found = (await client.fetchCalendars()).find((calendar) => calendar.displayName === name)
    if (found === undefined) throw new Error(`no calendar is called ${name}`)
    return found
  }
  await checks.check('makes a calendar and lists it with its components, ctag and token', async () => {
    const home = client.account?.homeUrl as string
    await client.makeCalendar({ url: `${home}tsdav/`, props: { displayname: 'From tsdav' } })
    const made = await find('From tsdav')
    expectThat((made.components ?? []).includes('VEVENT'), 'no components')
    expectThat(made.ctag !== undefined && made.syncToken !== undefined, 'no ctag or sync token')
  })
  await checks.check('creates, reads, updates with If-Match and deletes an object', () => life(client, find))
  await checks.check('smart sync sees what was created, changed and deleted', () => smartSync(client, find))
  await checks.check('asks for an expanded range', async () => {
    const calendar = await find('From tsdav')
    const found = await client.fetchCalendarObjects({
      calendar,
      timeRange: { start: '2026-12-01T00:00:00Z', end: '2026-12-31T00:00:00Z' },
      expand: true,
    })
    expectThat(found.length === 1, `${found.length} found`)
  })
  return checks
}

type Find = (name: string) => Promise<DAVCalendar>

async function life(client: DAVClient, find: Find): Promise<void> {
  const calendar = await find('From tsdav')
  const first = event('ts-1', 'First', '20261201T100000Z', '20261201T110000Z')
  const created = await client.createCalendarObject({ calendar, filename: 'ts-1.ics', iCalString: first })
  expectThat(created.status === 201, `create answered ${created.status}`)
  const [read] = await client.fetchCalendarObjects({ calendar })
  if (read === undefined) throw new Error('the object is not listed')
  expectThat(read.data.trim() === first.trim(), 'the octets differ')
  const updated = await client.updateCalendarObject({
    calendarObject: { ...read, data: first.replace('First', 'Second') },
  })
  expectThat(updated.status === 204, `update answered ${updated.status}`)
  const stale = await client.updateCalendarObject({ calendarObject: read })
  expectThat(stale.status === 412, `a stale etag answered ${stale.status}`)
  const [latest] = await client.fetchCalendarObjects({ calendar })
  if (latest === undefined) throw new Error('the object is gone')
  const deleted = await client.deleteCalendarObject({ calendarObject: latest })
  expectThat(deleted.status === 204, `delete answered ${deleted.status}`)
}

async function smartSync(client: DAVClient, find: Find): Promise<void> {
  const calendar = await find('From tsdav')
  const put = (name: string, summary: string) =>
    client.createCalendarObject({
      calendar,
      filename: `${name}.ics`,
      iCalString: event(name, summary, '20261205T100000Z', '20261205T110000Z'),
    })
  await put('ts-2', 'Stays')
  await put('ts-3', 'Goes')
  const before = {
    ...(await find('From tsdav')),
    objects: await client.fetchCalendarObjects({ calendar }),
    objectMultiGet: client.calendarMultiGet.bind(client),
  }
  const doomed = before.objects.find((object) => object.url.endsWith('ts-3.ics'))
  if (doomed === undefined) throw new Error('ts-3.ics is not listed')
  await client.deleteCalendarObject({ calendarObject: doomed })
  await put('ts-4', 'New')
  const after = await client.smartCollectionSync({
    collection: before,
    method: 'webdav',
    detailedResult: true,
  })
  expectThat(after.objects.created.length === 1, `${after.objects.created.length} created`)
  expectThat(after.objects.deleted.length === 1, `${after.objects.deleted.length} deleted`)
  const created = after.objects.created[0]
  if (created !== undefined) await client.deleteCalendarObject({ calendarObject: created })
}
