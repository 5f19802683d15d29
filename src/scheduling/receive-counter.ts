import type { CalendarObject } from '../ical/object.ts'
import { timeOf, toInstant } from '../ical/times.ts'
import { UTC } from '../ical/zones.ts'
import { organizerIn } from './copy.ts'
import { attendeesOf } from './participants.ts'
import { type Answer, type Outcome, type ReceiveContext, type Received, without } from './received.ts'
import { seriesOf } from './series.ts'

/** COUNTER (RFC 5546 §3.2.7): another time proposed. The organizer decides, so nothing is stored. */
export function receiveCounter(
  stored: CalendarObject | undefined,
  { object }: Received,
  { own, sender }: ReceiveContext,
): Outcome {
  const organizer = stored === undefined ? undefined : organizerIn(seriesOf(stored))
  if (organizer === undefined || !own.has(organizer)) return without('ignored')
  const { master, overrides } = seriesOf(object, stored)
  const all = [...(master === undefined ? [] : [[undefined, master] as const]), ...overrides]
  const answers = all.flatMap(([instance, component]): Answer[] => {
    const start = timeOf(component, 'DTSTART', object.zones)
    if (start === undefined || !attendeesOf(component).some(({ address }) => address === sender)) return []
    return [{ address: sender, instance, status: undefined, proposed: toInstant(start, UTC) }]
  })
  return answers.length === 0 ? without('ignored') : without('shown', answers)
}
