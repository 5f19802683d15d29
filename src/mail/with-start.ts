import { type Component, newProperty, property } from '../ical/component.ts'
import { writeUtc } from '../ical/times.ts'
import type { Method } from './itip.ts'

/** Messages that need not say when the event is (RFC 5546 §3.2.3, §3.2.5, §3.2.8). */
const WITHOUT_START: readonly Method[] = ['REPLY', 'CANCEL', 'DECLINECOUNTER']

/**
 * The message with a DTSTART in each VEVENT that may leave it out and does: that of the instance it names, else of the
 * event as it is stored. The very one given when nothing is missing.
 * @param findStart epoch ms; undefined when there is no such event
 */
export async function withStart(
  calendar: Component,
  method: Method,
  findStart: () => Promise<number | undefined>,
): Promise<Component> {
  const lacks = (component: Component) =>
    component.name === 'VEVENT' && property(component, 'DTSTART') === undefined
  if (!WITHOUT_START.includes(method) || !calendar.components.some(lacks)) return calendar
  const start = await findStart()
  const components = calendar.components.map((component) => {
    if (!lacks(component)) return component
    const id = property(component, 'RECURRENCE-ID')
    const missing =
      id !== undefined
        ? { ...id, name: 'DTSTART' }
        : start === undefined
          ? undefined
          : newProperty('DTSTART', writeUtc(start))
    return missing === undefined
      ? component
      : { ...component, properties: [...component.properties, withoutRange(missing)] }
  })
  return { ...calendar, components }
}

/** RANGE is RECURRENCE-ID's alone (RFC 5545 §3.2.13). */
function withoutRange(start: ReturnType<typeof newProperty>): typeof start {
  const params = new Map([...start.params].filter(([name]) => name !== 'RANGE'))
  return { ...start, params }
}
