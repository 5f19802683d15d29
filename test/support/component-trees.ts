import fc from 'fast-check'
import type { Component, Property } from '../../src/ical/component.ts'

/** A component as plain data, without the lines it was read from. */
export function withoutLines({ name, properties, components }: Component): unknown {
  return {
    name,
    properties: properties.map((property) => [property.name, [...property.params], property.value]),
    components: components.map(withoutLines),
  }
}

const NAMES = [
  'SUMMARY',
  'DESCRIPTION',
  'CATEGORIES',
  'DTSTART',
  'EXDATE',
  'RDATE',
  'RRULE',
  'GEO',
  'ATTENDEE',
  'TRIGGER',
  'SEQUENCE',
  'REQUEST-STATUS',
  'X-ANY_THING.1',
  'NEW-PROPERTY',
]

const VALUES = [
  '20240101',
  '20240101T100000Z',
  '20240101T100000,20240102T100000',
  '20240101T100000Z/PT1H',
  'FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20250101',
  '1.5;-2',
  '2.0;Success',
  '-PT15M',
  '007',
  'a\\,b,c\\;d\\nE\\',
  '',
]

/** Any text that may stand in a content line. */
const anyText = fc.string({ unit: 'grapheme', maxLength: 120 }).map((text) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no content line may hold them
  return text.replace(/[\u0000-\u0008\u000a-\u001f\ufffe\uffff]/g, '')
})

const parameterValue = fc.oneof(
  anyText,
  fc.constantFrom('a\nb', 'say "x"', '^', '^n', ' padded ', 'a:b;c,d', 'TRUE', 'date', 'Europe/Berlin'),
)

const parameters = fc
  .uniqueArray(fc.constantFrom('TZID', 'VALUE', 'CN', 'RSVP', 'MEMBER', 'X-P', 'CONSTRUCTOR'), {
    maxLength: 3,
  })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.tuple(fc.constant(name), fc.array(parameterValue, { minLength: 1, maxLength: 3 })),
      ),
    ),
  )
  .map((entries) => new Map(entries))

const property: fc.Arbitrary<Property> = fc.record({
  name: fc.constantFrom(...NAMES),
  params: parameters,
  value: fc.oneof(anyText, fc.constantFrom(...VALUES)),
  line: fc.constant(0),
})

/** Any component tree that text can hold, with known and unknown properties and odd values. */
export function anyComponent(name: string, depth = 2): fc.Arbitrary<Component> {
  const inner =
    depth === 0
      ? fc.constant<Component[]>([])
      : fc.array(
          fc
            .constantFrom(name === 'VCALENDAR' ? 'VEVENT' : 'VALARM', 'X-C')
            .chain((child) => anyComponent(child, depth - 1)),
          { maxLength: 2 },
        )
  return fc.record({
    name: fc.constant(name),
    properties: fc.array(property, { maxLength: 5 }),
    components: inner,
    line: fc.constant(0),
  })
}
