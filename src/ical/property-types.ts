import ICAL from 'ical.js'

/** How a property's value is written (RFC 5545 §3.8 and the RFCs that add to it). Types are lower-case. */
export interface PropertyType {
  /** Type without a VALUE parameter; undefined when there is no default and VALUE must say it. */
  readonly defaultType: string | undefined
  /** Values are separated by commas. */
  readonly isList: boolean
  /** The value has parts separated by semicolons. */
  readonly isStructured: boolean
}

function type(defaultType: string | undefined, isList = false, isStructured = false): PropertyType {
  return { defaultType, isList, isStructured }
}

/** What ical.js does not know, or knows otherwise. */
const ADDED: Readonly<Record<string, PropertyType>> = {
  // RFC 7986 §5
  NAME: type('text'),
  COLOR: type('text'),
  IMAGE: type(undefined),
  CONFERENCE: type(undefined),
  SOURCE: type('uri'),
  'REFRESH-INTERVAL': type('duration'),
  // RFC 7808 §7
  TZUNTIL: type('date-time'),
  'TZID-ALIAS-OF': type('text'),
  // RFC 7953 §3.2
  BUSYTYPE: type('text'),
  // RFC 9073 §6
  'CALENDAR-ADDRESS': type('cal-address'),
  'LOCATION-TYPE': type('text', true),
  'PARTICIPANT-TYPE': type('text'),
  'RESOURCE-TYPE': type('text'),
  'STRUCTURED-DATA': type(undefined),
  'STYLED-DESCRIPTION': type(undefined),
  // RFC 9074
  ACKNOWLEDGED: type('date-time'),
  PROXIMITY: type('text'),
  // RFC 9253 §8
  CONCEPT: type('uri'),
  LINK: type(undefined),
  REFID: type('text'),
}

const known = new Map<string, PropertyType>(Object.entries(ADDED))
for (const [name, design] of Object.entries(ICAL.design.icalendar.property)) {
  const { defaultType, multiValue, structuredValue } = design as {
    defaultType: string
    multiValue?: string
    structuredValue?: string
  }
  const key = name.toUpperCase()
  if (!known.has(key)) known.set(key, type(defaultType, multiValue === ',', structuredValue === ';'))
}

/** The type of a property by its upper-case name; undefined for names no standard gives. */
export function propertyType(name: string): PropertyType | undefined {
  return known.get(name)
}
