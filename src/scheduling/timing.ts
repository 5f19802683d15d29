import { type Component, properties, property } from '../ical/component.ts'
import { localTimeOf, type TimeValue, timeOf, toInstant, writeTimeValue } from '../ical/times.ts'
import { UTC } from '../ical/zones.ts'
import { withoutProperties, withProperty } from './edit.ts'
import { type InstanceKey, type Series, timeOfKey } from './series.ts'
import { excludedKeys } from './view.ts'

/** What belongs to the set of instances and not to any one of them. */
const OF_THE_SET = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE'])

/** When a component takes place, in a form in which equal text means equal time. */
export function timingOf(component: Component, series: Series): string {
  const at = (name: string) => {
    const value = timeOf(component, name, series.object.zones)
    return value === undefined ? '' : `${value.kind === 'date' ? 'date ' : ''}${toInstant(value, UTC)}`
  }
  return [at('DTSTART'), at('DTEND'), at('DUE'), property(component, 'DURATION')?.value ?? ''].join('/')
}

/**
 * The component of one instance: its override, or one made from the master, moved to the instance and given its
 * RECURRENCE-ID. Undefined when the master excludes it or there is no master. Whether the master's rules yield
 * the instance is not looked at.
 */
export function instanceOf(series: Series, key: InstanceKey): Component | undefined {
  const override = series.overrides.get(key)
  if (override !== undefined) return override
  const { master } = series
  if (master === undefined || excludedKeys(master, series).has(key)) return undefined
  return movedTo(master, series, key)
}

function movedTo(master: Component, series: Series, key: InstanceKey): Component {
  const start = timeOf(master, 'DTSTART', series.object.zones) ?? timeOf(master, 'DUE', series.object.zones)
  if (start === undefined) return master
  const shift = key - toInstant(start, UTC)
  let moved = withoutProperties(master, OF_THE_SET)
  for (const name of ['DTSTART', 'DTEND', 'DUE']) {
    const from = property(master, name)
    const value = timeOf(master, name, series.object.zones)
    if (from === undefined || value === undefined) continue
    moved = withProperty(moved, { ...from, value: writeTimeValue(shifted(value, shift, start, key)) })
  }
  const { params } = property(master, 'DTSTART') ?? property(master, 'DUE') ?? { params: new Map() }
  const value = writeTimeValue(timeOfKey(key, start))
  return withProperty(moved, { name: 'RECURRENCE-ID', params, value, line: 0 })
}

/** A time of the master moved with its instance: wall-clock distances stay, across changes of offset too. */
function shifted(value: TimeValue, shift: number, start: TimeValue, key: InstanceKey): TimeValue {
  if (value.kind !== 'zoned' || start.kind !== 'zoned') return timeOfKey(toInstant(value, UTC) + shift, value)
  const wall = (time: TimeValue) =>
    Date.UTC(
      time.local.year,
      time.local.month - 1,
      time.local.day,
      time.local.hour,
      time.local.minute,
      time.local.second,
    )
  const target = timeOfKey(key, start)
  return { ...value, local: localTimeOf(wall(target) + wall(value) - wall(start)) }
}

/** The properties that add instances to a master, as comparable text. */
export function rulesOf(master: Component): string {
  return ['RRULE', 'RDATE']
    .flatMap((name) => properties(master, name))
    .map(({ name, value }) => `${name}:${value}`)
    .sort()
    .join('\n')
}
