import { type Component, newProperty, property } from '../ical/component.ts'
import type { CalendarObject } from '../ical/object.ts'
import { timeOf } from '../ical/times.ts'
import { assembled, isFromOrganizer, stamped } from './copy.ts'
import { withoutProperties } from './edit.ts'
import { heldOrderOf, isLater, orderOf } from './order.ts'
import { type Outcome, type ReceiveContext, type Received, without } from './received.ts'
import { instanceKey, seriesOf } from './series.ts'

/** ADD (RFC 5546 §3.2.4): one more instance of a series the recipient has. */
export function receiveAdd(
  stored: CalendarObject | undefined,
  { object }: Received,
  context: ReceiveContext,
): Outcome {
  if (stored === undefined) return without('ignored')
  const held = seriesOf(stored)
  const incoming = seriesOf(object, stored)
  const added = incoming.master
  if (held.master === undefined || added === undefined) return without('ignored')
  if (!isFromOrganizer(held, incoming, context)) return without('ignored')
  if (!isLater(orderOf(added), heldOrderOf(held.master))) return without('outdated')
  const start = timeOf(added, 'DTSTART', object.zones)
  const id = property(added, 'DTSTART')
  if (start === undefined || id === undefined) return without('ignored')
  const key = instanceKey(start, stored)
  if (held.overrides.has(key)) return without('outdated')
  const date = { ...newProperty('RDATE', id.value), params: id.params }
  const master: Component = { ...held.master, properties: [...held.master.properties, date] }
  const bare = withoutProperties(added, new Set(['RRULE', 'RDATE', 'EXDATE']))
  const override = { ...bare, properties: [...bare.properties, { ...id, name: 'RECURRENCE-ID' }] }
  const overrides = new Map([...held.overrides, [key, stamped(override)]])
  return { store: assembled(held, incoming, master, overrides), effect: 'applied', answers: [] }
}
