import { expect } from 'chai'
import type { Component } from '../../src/ical/component.ts'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { parseCalendar } from '../../src/ical/text.ts'
import { readVtimezone } from '../../src/ical/zone-vtimezone.ts'
import { type Zone, ZoneTable, zoneByName, zoneFromVtimezone } from '../../src/ical/zones.ts'
import { cpuMs, HANGS } from '../support/cpu-time.ts'

function vtimezone(tzid: string, ...parts: string[]): Component {
  const text = [
    'BEGIN:VCALENDAR',
    'BEGIN:VTIMEZONE',
    `TZID:${tzid}`,
    ...parts,
    'END:VTIMEZONE',
    'END:VCALENDAR',
  ]
  const [component] = parseCalendar(text.join('\n')).components
  if (component === undefined) throw new Error('no VTIMEZONE')
  return component
}

function part(
  kind: 'STANDARD' | 'DAYLIGHT',
  from: string,
  to: string,
  start: string,
  ...more: string[]
): string {
  const lines = [`TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, `DTSTART:${start}`, ...more]
  return [`BEGIN:${kind}`, ...lines, `END:${kind}`].join('\n')
}

const OUTLOOK_EASTERN = [
  part('STANDARD', '-0400', '-0500', '16010101T020000', 'RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11'),
  part('DAYLIGHT', '-0500', '-0400', '16010101T020000', 'RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3'),
]

function hoursAt(zone: Zone, iso: string): number {
  return zone.offsetAt(Date.parse(iso)) / 3600
}

function sameAs(one: Zone, other: Zone, from: number, until: number): boolean {
  for (let at = from; at < until; at += 86_400_000 * 3.3)
    if (one.offsetAt(at) !== other.offsetAt(at)) return false
  return true
}

describe('zones from VTIMEZONE', () => {
  it("follows Outlook's rules from 1601", () => {
    const { zone } = readVtimezone(vtimezone('Customized Time Zone', ...OUTLOOK_EASTERN))
    const newYork = zoneByName('America/New_York') as Zone
    expect(sameAs(zone, newYork, Date.UTC(2007, 3), Date.UTC(2100, 0))).to.equal(true)
    expect(zone.id).to.equal('Customized Time Zone')
  })

  it('follows lists of dates, in order or not', () => {
    const { zone } = readVtimezone(
      vtimezone(
        'X',
        part('STANDARD', '+0200', '+0100', '20201025T030000', 'RDATE:20221030T030000,20211031T030000'),
        part('DAYLIGHT', '+0100', '+0200', '20210328T020000', 'RDATE:20220327T020000'),
      ),
    )
    expect(hoursAt(zone, '2021-07-01T00:00:00Z')).to.equal(2)
    expect(hoursAt(zone, '2021-12-01T00:00:00Z')).to.equal(1)
    expect(hoursAt(zone, '2022-07-01T00:00:00Z')).to.equal(2)
    expect(hoursAt(zone, '2030-07-01T00:00:00Z')).to.equal(1)
  })

  it('uses TZOFFSETFROM before the first onset', () => {
    const { zone } = readVtimezone(vtimezone('X', part('DAYLIGHT', '+0300', '+0400', '20200101T000000')))
    expect(hoursAt(zone, '2019-06-01T00:00:00Z')).to.equal(3)
    expect(hoursAt(zone, '2020-06-01T00:00:00Z')).to.equal(4)
  })

  it('ends a rule at UNTIL and at COUNT', () => {
    const { zone } = readVtimezone(
      vtimezone(
        'X',
        part('STANDARD', '-0500', '-0600', '20001029T020000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'),
        part(
          'DAYLIGHT',
          '-0600',
          '-0500',
          '20000402T020000',
          'RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;COUNT=3',
        ),
        part(
          'DAYLIGHT',
          '-0600',
          '-0400',
          '20030301T020000',
          'RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;UNTIL=20050301T080000Z',
        ),
      ),
    )
    const summers = [2000, 2001, 2002, 2003, 2004, 2005, 2006]
    expect(summers.map((year) => hoursAt(zone, `${year}-07-01T00:00:00Z`))).to.deep.equal([
      -5, -5, -5, -4, -4, -4, -6,
    ])
  })

  it('reads monthly rules, rules by several days and offsets with seconds', () => {
    const { zone } = readVtimezone(
      vtimezone(
        'X',
        part(
          'STANDARD',
          '+0130',
          '+0120',
          '19950403T020000',
          'RRULE:FREQ=MONTHLY;BYDAY=1TU;UNTIL=19950601T000000Z',
        ),
        part(
          'STANDARD',
          '+0120',
          '-005602',
          '19980124T000000',
          'RRULE:FREQ=YEARLY;BYMONTHDAY=18,24;BYDAY=SU',
        ),
      ),
    )
    expect(zone.offsetAt(Date.UTC(1996, 0))).to.equal(4800)
    expect(zone.offsetAt(Date.UTC(1999, 0))).to.equal(-3362)
  })

  for (const [what, parts] of [
    ['no parts', []],
    ['a part without offset', ['BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETTO:+0100\nEND:STANDARD']],
    ['a bad offset', [part('STANDARD', '+0100', '+9900', '20200101T000000')]],
    ['a bad DTSTART', [part('STANDARD', '+0100', '+0100', '20200132T000000')]],
    ['a bad RDATE', [part('STANDARD', '+0100', '+0100', '20200101T000000', 'RDATE:tomorrow')]],
    ['a daily rule', [part('STANDARD', '+0100', '+0100', '20200101T000000', 'RRULE:FREQ=DAILY')]],
    [
      'a rule with an onset every day',
      [
        part(
          'STANDARD',
          '+0100',
          '+0100',
          '20200101T000000',
          'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU',
        ),
      ],
    ],
    ['a bad weekday', [part('STANDARD', '+0100', '+0100', '20200101T000000', 'RRULE:FREQ=YEARLY;BYDAY=XX')]],
    ['thousands of parts', Array<string>(2001).fill(part('STANDARD', '+0100', '+0100', '20200101T000000'))],
    [
      'hundreds of rules',
      Array<string>(101).fill(part('STANDARD', '+0100', '+0100', '20200101T000000', 'RRULE:FREQ=YEARLY')),
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => readVtimezone(vtimezone('X', ...parts))).to.throw(InvalidCalendarError)
    })
  }

  it('answers at once for rules without onsets over thousands of years', () => {
    const rules = Array<string>(100).fill(
      part('STANDARD', '+0100', '+0200', '00010101T000000', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31'),
    )
    const spent = cpuMs(() =>
      zoneFromVtimezone(vtimezone('Europe/Berlin', ...rules)).offsetAt(Date.UTC(9999, 0)),
    )
    expect(spent).to.be.below(HANGS)
  })
})

describe('definitions and names (docs/icalendar.md)', () => {
  const berlin = zoneByName('Europe/Berlin')

  it('takes a definition that is the named zone for that zone', () => {
    const zone = zoneFromVtimezone(vtimezone('Eastern Standard Time', ...OUTLOOK_EASTERN))
    expect(zone).to.equal(zoneByName('America/New_York'))
  })

  it('takes a definition with outdated rules for the named zone', () => {
    const brazil = vtimezone(
      'E. South America Standard Time',
      part('STANDARD', '-0200', '-0300', '16010101T000000', 'RRULE:FREQ=YEARLY;BYDAY=3SU;BYMONTH=2'),
      part('DAYLIGHT', '-0300', '-0200', '16010101T000000', 'RRULE:FREQ=YEARLY;BYDAY=3SU;BYMONTH=10'),
    )
    expect(zoneFromVtimezone(brazil).id).to.equal('America/Sao_Paulo')
  })

  it('takes single real changes for a part of the named zone', () => {
    expect(
      zoneFromVtimezone(vtimezone('Europe/Berlin', part('STANDARD', '+0200', '+0100', '20201025T030000'))),
    ).to.equal(berlin)
  })

  it('follows a definition that contradicts its name', () => {
    for (const contradiction of [
      part('STANDARD', '-0500', '-0500', '19700101T000000'),
      part('STANDARD', '+0100', '+0100', '19700101T000000'),
    ]) {
      const zone = zoneFromVtimezone(vtimezone('Europe/Berlin', contradiction))
      expect(zone).not.to.equal(berlin)
      expect(zone.offsetAt(Date.UTC(2024, 6))).to.equal(zone.offsetAt(Date.UTC(2024, 0)))
    }
  })

  it('does not take one real change beside wrong rules for agreement', () => {
    const zone = zoneFromVtimezone(
      vtimezone(
        'Europe/Berlin',
        part('STANDARD', '+0200', '+0100', '20201025T030000'),
        part('DAYLIGHT', '+0100', '+0500', '19700101T000000', 'RRULE:FREQ=YEARLY'),
      ),
    )
    expect(zone).not.to.equal(berlin)
  })

  it('goes by the name when the definition is broken, and by X-LIC-LOCATION when the name says nothing', () => {
    expect(zoneFromVtimezone(vtimezone('Europe/Berlin'))).to.equal(berlin)
    const custom = vtimezone(
      '/custom/1',
      'X-LIC-LOCATION:Europe/Berlin',
      part('STANDARD', '+0200', '+0100', '19701025T030000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'),
      part('DAYLIGHT', '+0100', '+0200', '19700329T020000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'),
    )
    expect(zoneFromVtimezone(custom)).to.equal(berlin)
  })

  it('keeps a zone that only looks like a known one under its own name', () => {
    expect(zoneFromVtimezone(vtimezone('(UTC-05:00) Eastern Time', ...OUTLOOK_EASTERN)).id).to.equal(
      '(UTC-05:00) Eastern Time',
    )
  })

  it('resolves by definition first, then by name, also padded', () => {
    const table = new ZoneTable([
      vtimezone('My zone ', part('STANDARD', '+0300', '+0300', '19700101T000000')),
    ])
    expect(table.resolve('My zone')?.offsetAt(0)).to.equal(10_800)
    expect(table.resolve(' My zone ')?.offsetAt(0)).to.equal(10_800)
    expect(table.resolve('Europe/Berlin ')).to.equal(berlin)
    expect(table.resolve('Other zone')).to.equal(undefined)
  })
})
