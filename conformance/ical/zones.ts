import { component, type Lines } from './build.ts'

interface Rule {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly start: string
  readonly rule?: string
}

function zone(id: string, standard: Rule, daylight?: Rule): Lines {
  const observance = (kind: string, rule: Rule): Lines =>
    component(kind, [
      `DTSTART:${rule.start}`,
      `TZOFFSETFROM:${rule.from}`,
      `TZOFFSETTO:${rule.to}`,
      `TZNAME:${rule.name}`,
      ...(rule.rule ? [`RRULE:${rule.rule}`] : []),
    ])
  const parts = daylight ? observance('DAYLIGHT', daylight) : []
  return component('VTIMEZONE', [`TZID:${id}`, ...observance('STANDARD', standard), ...parts])
}

/** New York since 2007: the clocks change on the second Sunday of March and the first of November. */
export const newYork = zoneLikeNewYork('America/New_York')

/** The rules of New York under any name. */
export function zoneLikeNewYork(id: string): Lines {
  return zone(
    id,
    {
      name: 'EST',
      from: '-0400',
      to: '-0500',
      start: '20071104T020000',
      rule: 'FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
    },
    {
      name: 'EDT',
      from: '-0500',
      to: '-0400',
      start: '20070311T020000',
      rule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
    },
  )
}

/** Berlin since 1996: the clocks change on the last Sundays of March and October. */
export const berlin = zone(
  'Europe/Berlin',
  {
    name: 'CET',
    from: '+0200',
    to: '+0100',
    start: '19961027T030000',
    rule: 'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  },
  {
    name: 'CEST',
    from: '+0100',
    to: '+0200',
    start: '19960331T020000',
    rule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  },
)

/** India: half an hour off, no daylight saving time. */
export const kolkata = zone('Asia/Kolkata', {
  name: 'IST',
  from: '+0530',
  to: '+0530',
  start: '19700101T000000',
})

/** A zone nobody has: seven hours and twenty minutes ahead, known only from its definition. */
export const madeUp = zone('Example/Nowhere', {
  name: 'XST',
  from: '+0720',
  to: '+0720',
  start: '19700101T000000',
})
