/**
 * Where libical (3.0.16, as Debian 12 has it) and Kalends differ on a rule, by class. Each class is a property
 * of the rule and is explained, with the text of RFC 5545 that decides, in docs/recurrence.md.
 */
export interface DifferenceClass {
  readonly name: string
  /** Does libical expand such a rule otherwise? */
  readonly expands?: (rule: Rule) => boolean
  /** Does libical refuse such a rule? */
  readonly refuses?: (rule: Rule) => boolean
}

/** The parts of a rule by name. */
export type Rule = ReadonlyMap<string, string>

export function readRule(text: string): Rule {
  return new Map(text.split(';').map((part) => part.split('=') as [string, string]))
}

const SUB_DAILY = ['HOURLY', 'MINUTELY', 'SECONDLY']

function isSubDaily(rule: Rule): boolean {
  return SUB_DAILY.includes(rule.get('FREQ') ?? '')
}

function hasNegative(rule: Rule, name: string): boolean {
  return rule.get(name)?.includes('-') === true
}

function hasTimeLimit(rule: Rule): boolean {
  const frequency = rule.get('FREQ')
  return (
    rule.has('BYHOUR') ||
    (rule.has('BYMINUTE') && frequency !== 'HOURLY') ||
    (rule.has('BYSECOND') && frequency === 'SECONDLY')
  )
}

/** In the order they are tried: the first that fits names the difference. */
export const DIFFERENCES: readonly DifferenceClass[] = [
  {
    name: 'BYSETPOS',
    expands: (rule) => rule.has('BYSETPOS'),
    refuses: (rule) => rule.has('BYSETPOS'),
  },
  {
    name: 'BYWEEKNO',
    expands: (rule) => rule.has('BYWEEKNO'),
    refuses: (rule) => rule.has('BYWEEKNO'),
  },
  {
    name: 'several day parts',
    refuses: (rule) =>
      rule.get('FREQ') === 'YEARLY' &&
      rule.has('BYYEARDAY') &&
      (rule.has('BYMONTHDAY') || rule.has('BYMONTH') || rule.has('BYDAY')),
  },
  {
    name: 'negative BYMONTHDAY as a limit',
    expands: (rule) => (isSubDaily(rule) || rule.get('FREQ') === 'DAILY') && hasNegative(rule, 'BYMONTHDAY'),
  },
  {
    name: 'negative BYYEARDAY as a limit',
    expands: (rule) => isSubDaily(rule) && hasNegative(rule, 'BYYEARDAY'),
  },
  {
    name: 'time parts as limits',
    expands: (rule) => isSubDaily(rule) && hasTimeLimit(rule),
  },
  {
    name: 'the week of DTSTART',
    expands: (rule) => rule.get('FREQ') === 'WEEKLY' && rule.has('INTERVAL') && rule.has('BYDAY'),
  },
]
