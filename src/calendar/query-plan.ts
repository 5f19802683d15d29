import type { CompFilter, PropFilter } from '../ical/filter.ts'
import { rangeOf } from '../ical/overlap.ts'

/** What of a filter the database can answer (RFC 4791 §9.7). */
export interface QueryPlan {
  /** Only objects about this component can match. */
  readonly component: string | undefined
  /** Only objects whose UID contains this can match. */
  readonly uidPart: string | undefined
  /** Only objects that may overlap this can match (epoch ms, half-open, open ends infinite). */
  readonly range: { readonly from: number; readonly until: number } | undefined
  /** The filter asks for nothing else. */
  readonly isComplete: boolean
}

const NOTHING: QueryPlan = {
  component: undefined,
  uidPart: undefined,
  range: undefined,
  isComplete: false,
}

const STORED = ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY']

export function planQuery(filter: CompFilter): QueryPlan {
  if (filter.name !== 'VCALENDAR' || filter.isNotDefined === true) return NOTHING
  if (isAlternative(filter)) return NOTHING
  const { comps, props } = filter
  if (comps.length + props.length === 0) return { ...NOTHING, isComplete: true }
  const about = comps.find(({ name, isNotDefined }) => STORED.includes(name) && isNotDefined !== true)
  if (about === undefined) return NOTHING
  const isPlain = about.comps.length + about.props.length === 0
  const isFree = isAlternative(about)
  return {
    component: about.name,
    uidPart: isFree ? undefined : uidPartOf(about.props),
    range: about.timeRange && !isFree ? rangeOf(about.timeRange) : undefined,
    isComplete: isPlain && comps.length === 1 && props.length === 0,
  }
}

/** Can an object match without satisfying each test inside? */
function isAlternative({ test, comps, props, timeRange }: CompFilter): boolean {
  return test === 'anyof' && comps.length + props.length + (timeRange === undefined ? 0 : 1) > 1
}

/** Clients: python-caldav and Evolution look objects up by UID. */
function uidPartOf(props: readonly PropFilter[]): string | undefined {
  const match = props.find(({ name, test }) => name === 'UID' && test !== 'anyof')?.textMatch
  if (match === undefined || match.negate || match.collation === 'i;unicode-casemap') return undefined
  // In iCalendar text these are escaped.
  return /[\\,;]/.test(match.text) ? undefined : match.text
}
