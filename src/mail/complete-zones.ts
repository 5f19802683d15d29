import { type Component, newProperty, parameter, property } from '../ical/component.ts'
import { localMs, readLocalTime } from '../ical/times.ts'
import { vtimezoneFor } from '../ical/vtimezone.ts'
import { zoneByName } from '../ical/zones.ts'
import { membersOf, zonesOf } from './itip.ts'

/** Zones are made right from a little before the first time that needs them. */
const MARGIN_MS = 400 * 86_400_000

/**
 * The calendar with one complete VTIMEZONE for every TZID it uses and no other: Outlook shows no buttons when one is
 * missing, and misreads those that begin late or lack rules. Definitions that are no zone known by name stay.
 */
export function withCompleteZones(calendar: Component): Component {
  const members = membersOf(calendar)
  const zones = zonesOf(calendar)
  const from = earliest(members) - MARGIN_MS
  const definitions = usedZones(members).flatMap((tzid) => {
    const meant = zones.resolve(tzid)
    const named = zoneByName(tzid)
    if (named !== undefined && meant?.id === named.id)
      return [renamed(vtimezoneFor(named.id, { from }), tzid)]
    const written = zones.definition(tzid)
    return written === undefined ? [] : [written]
  })
  const others = calendar.components.filter(({ name }) => name !== 'VTIMEZONE')
  return { ...calendar, components: [...definitions, ...others] }
}

function renamed(vtimezone: Component, tzid: string): Component {
  const properties = vtimezone.properties.map((each) =>
    each.name === 'TZID' ? newProperty('TZID', tzid) : each,
  )
  return { ...vtimezone, properties }
}

function usedZones(members: readonly Component[]): string[] {
  const tzids = members.flatMap((member) => member.properties.map((each) => parameter(each, 'TZID')?.trim()))
  return [...new Set(tzids)].filter((tzid) => tzid !== undefined && tzid !== '') as string[]
}

/** Epoch ms, give or take an offset from UTC. */
function earliest(members: readonly Component[]): number {
  const times = members
    .flatMap((member) =>
      ['DTSTART', 'DUE', 'RECURRENCE-ID'].map((name) => property(member, name)?.value ?? ''),
    )
    .map((text) => readLocalTime(text.trim())?.local)
    .filter((local) => local !== undefined)
    .map(localMs)
  return times.length === 0 ? 0 : Math.min(...times)
}
