import type { Response } from '../client/response.ts'
import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectHeader, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { requestPath } from '../hrefs.ts'
import { componentsOf, readCalendar, textValue } from '../ical/read.ts'
import { hrefsIn } from '../xml/element.ts'

/** The context path of the service: from timezone-service-set, or the well-known URI. */
async function service(t: TestContext): Promise<string> {
  const [named] = hrefsIn(await t.owner.property(t.owner.home, 'C:timezone-service-set'))
  if (named?.startsWith('/')) return named.replace(/\/$/, '')
  const response = await t.owner.get('/.well-known/timezone')
  const location = response.header('location')
  return location === '' ? t.skip('there is no time zone service') : requestPath(location).replace(/\/$/, '')
}

async function ask(t: TestContext, path: string, headers = {}): Promise<Response> {
  return t.owner.get(`${await service(t)}${path}`, headers)
}

interface Zones {
  readonly synctoken: string
  readonly timezones: readonly { tzid: string; etag: string }[]
}

/** The time zone data distribution service (RFC 7808 §5). */
export const section: Section = {
  cite: 'RFC 7808 §5',
  title: 'Time zone data distribution',
  tests: [
    must(
      'describe itself',
      'capabilities lists the actions of the service.',
      async (t) => {
        const response = await ask(t, '/capabilities')
        expectStatus(response, 200)
        const found = JSON.parse(response.text) as { version: number; actions: { name: string }[] }
        expectSame(found.version, 1, 'The version differs')
        const names = found.actions.map((each) => each.name)
        for (const name of ['capabilities', 'list', 'get'])
          expectTrue(names.includes(name), `${name} is missing`, names.join())
      },
      { cite: 'RFC 7808 §5.1' },
    ),
    must(
      'list its zones with a token',
      'list gives every zone with its identifier and entity tag, and a synctoken.',
      async (t) => {
        const response = await ask(t, '/zones')
        expectStatus(response, 200)
        const found = JSON.parse(response.text) as Zones
        expectTrue(found.synctoken !== '', 'The token is missing')
        expectTrue(
          found.timezones.some((each) => each.tzid === 'Europe/Berlin'),
          'Europe/Berlin is missing',
          found.timezones.length,
        )
        expectTrue(
          found.timezones.every((each) => each.etag !== ''),
          'A zone has no etag',
        )
      },
      { cite: 'RFC 7808 §5.2' },
    ),
    must(
      'list nothing changed since its own token',
      'changedsince limits the list to what changed.',
      async (t) => {
        const { synctoken } = JSON.parse((await ask(t, '/zones')).text) as Zones
        const response = await ask(t, `/zones?changedsince=${encodeURIComponent(synctoken)}`)
        expectStatus(response, 200)
        expectSame((JSON.parse(response.text) as Zones).timezones.length, 0, 'Something changed')
      },
      { cite: 'RFC 7808 §5.2' },
    ),
    must(
      'give a zone as iCalendar',
      'get answers with a VCALENDAR of one VTIMEZONE.',
      async (t) => {
        const response = await ask(t, '/zones/America%2FNew_York')
        expectStatus(response, 200)
        expectTrue(
          response.header('content-type').startsWith('text/calendar'),
          'The media type differs',
          response.header('content-type'),
        )
        const [zone] = componentsOf(readCalendar(response.text), 'VTIMEZONE')
        expectSame(textValue(zone, 'TZID'), 'America/New_York', 'TZID differs')
        expectTrue(
          componentsOf(zone ?? { name: '', lines: [], components: [] }, 'DAYLIGHT').length > 0,
          'There is no DAYLIGHT',
        )
      },
      { cite: 'RFC 7808 §5.3' },
    ),
    must(
      'answer 304 for a zone the client has',
      'Zones have entity tags.',
      async (t) => {
        const etag = expectHeader(await ask(t, '/zones/Europe%2FBerlin'), 'etag')
        expectStatus(await ask(t, '/zones/Europe%2FBerlin', { 'If-None-Match': etag }), 304)
      },
      { cite: 'RFC 7808 §5.3' },
    ),
    must(
      'cut a zone to the years asked for',
      'start and end limit the definition.',
      async (t) => {
        const whole = await ask(t, '/zones/Europe%2FBerlin')
        const cut = await ask(t, '/zones/Europe%2FBerlin?start=2026-01-01T00:00:00Z&end=2027-01-01T00:00:00Z')
        expectStatus(cut, 200)
        expectTrue(cut.octets.length <= whole.octets.length, 'It is longer than the whole', cut.octets.length)
      },
      { cite: 'RFC 7808 §5.3' },
    ),
    must(
      'answer tzid-not-found for a zone it does not have',
      'An unknown zone is a problem of that type.',
      async (t) => {
        const response = await ask(t, '/zones/Mars%2FOlympus')
        expectStatus(response, 404)
        expectTrue(
          response.text.includes('urn:ietf:params:tzdist:error:tzid-not-found'),
          'The problem is another',
          response.text,
        )
      },
      { cite: 'RFC 7808 §5.3' },
    ),
    must(
      'expand a zone into its changes',
      'expand gives the onsets and offsets of a range of years.',
      async (t) => {
        const response = await ask(
          t,
          '/zones/America%2FNew_York/observances?start=2026-01-01T00:00:00Z&end=2027-01-01T00:00:00Z',
        )
        if (response.status === 404 || response.status === 400)
          return t.skip(`expand answers ${response.status}`)
        expectStatus(response, 200)
        const found = JSON.parse(response.text) as {
          tzid: string
          observances: { onset: string; 'utc-offset-to': number }[]
        }
        const onsets = found.observances.map((each) => `${each.onset} ${each['utc-offset-to']}`)
        expectTrue(
          onsets.includes('2026-03-08T07:00:00Z -14400'),
          'The change of March is missing',
          onsets.join(),
        )
        expectTrue(
          onsets.includes('2026-11-01T06:00:00Z -18000'),
          'The change of November is missing',
          onsets.join(),
        )
      },
      { cite: 'RFC 7808 §5.4' },
    ),
    must(
      'find zones by a part of their name',
      'find searches identifiers and names by a pattern.',
      async (t) => {
        const response = await ask(t, '/zones?pattern=*berlin*')
        expectStatus(response, 200)
        const names = (JSON.parse(response.text) as Zones).timezones.map((each) => each.tzid)
        expectTrue(
          names.includes('Europe/Berlin') && names.length < 10,
          'Other zones were found',
          names.slice(0, 10).join(),
        )
      },
      { cite: 'RFC 7808 §5.5' },
    ),
    must(
      'answer invalid-pattern for a pattern that is none',
      'A pattern of a star alone is a problem of that type.',
      async (t) => {
        const response = await ask(t, '/zones?pattern=*')
        expectStatus(response, 400)
        expectTrue(
          response.text.includes('urn:ietf:params:tzdist:error:invalid-pattern'),
          'The problem is another',
          response.text,
        )
      },
      { cite: 'RFC 7808 §5.5' },
    ),
    must(
      'list the leap seconds',
      'leapseconds gives the offset of TAI from UTC for each date it changed.',
      async (t) => {
        const response = await ask(t, '/leapseconds')
        if (response.status === 404) return t.skip('leap seconds are not offered')
        expectStatus(response, 200)
        expectTrue(response.text.includes('2017-01-01'), 'The last one is missing')
      },
      { cite: 'RFC 7808 §5.6' },
    ),
    must(
      'lead to the service from the well-known URI',
      '/.well-known/timezone redirects to the context path.',
      async (t) => {
        await service(t)
        expectStatus(await t.owner.get('/.well-known/timezone'), 301, 302, 303, 307, 308)
      },
      { cite: 'RFC 7808 §4.2.1' },
    ),
  ],
}
