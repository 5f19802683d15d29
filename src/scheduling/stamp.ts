import { type Component, parameter } from '../ical/component.ts'
import { localMs, readLocalTime, writeUtc } from '../ical/times.ts'
import { STAMP } from './copy.ts'
import { mapProperties, withParameter } from './edit.ts'
import { normalAddress } from './participants.ts'
import { everyComponent, type Series } from './series.ts'

/**
 * DTSTAMP orders messages (RFC 5546 §2.1.5) but counts whole seconds, and people and programs change things twice in
 * one. So each sender keeps the time of its last message in its own copy and never uses it again.
 */

/** Who sends, and when. */
export interface Sending {
  /** The sender's normalised addresses. */
  readonly own: ReadonlySet<string>
  /** Epoch ms. */
  readonly now: number
  /** The time of the sender's last message that a recipient has, where the sender's copy may have forgotten it. */
  readonly knownStamp?: number | undefined
}

/** The DTSTAMP of the next message about a series in epoch ms: now, or just after the last one. */
export function nextStamp(before: Series | undefined, { own, now, knownStamp }: Sending): number {
  const last = (before === undefined ? undefined : lastStamp(before, own)) ?? knownStamp
  const present = Math.floor(now / 1000) * 1000
  return last === undefined ? present : Math.max(present, last + 1000)
}

/** Of the last message those addresses sent about a series, epoch ms. */
export function lastStamp(series: Series, sender: ReadonlySet<string>): number | undefined {
  let last: number | undefined
  for (const component of everyComponent(series)) {
    for (const candidate of component.properties) {
      if (!isSender(candidate, sender)) continue
      const time = readLocalTime(parameter(candidate, STAMP) ?? '')
      if (time !== undefined) last = Math.max(last ?? 0, localMs(time.local))
    }
  }
  return last
}

/** The component with the time of the sender's last message on record. */
export function withLastStamp(component: Component, sender: ReadonlySet<string>, stamp: number): Component {
  const text = writeUtc(stamp)
  return mapProperties(component, (candidate) =>
    isSender(candidate, sender) && parameter(candidate, STAMP) !== text
      ? withParameter(candidate, STAMP, text)
      : candidate,
  )
}

/** An organizer sends as ORGANIZER; anybody else as ATTENDEE. */
function isSender({ name, value }: Component['properties'][number], sender: ReadonlySet<string>): boolean {
  return (name === 'ORGANIZER' || name === 'ATTENDEE') && sender.has(normalAddress(value))
}
