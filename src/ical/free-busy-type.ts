import { type Component, property } from './component.ts'

export type BusyType = 'FREE' | 'BUSY' | 'BUSY-TENTATIVE' | 'BUSY-UNAVAILABLE'

/**
 * How the time of a component counts: of an event by TRANSP and STATUS (RFC 4791 §7.10), of VAVAILABILITY by
 * BUSYTYPE (RFC 7953 §3.2); what VFREEBUSY publishes is busy by the type of each period. No other takes up time.
 */
export function busyTypeOf(component: Component): BusyType {
  if (component.name === 'VAVAILABILITY') return unavailableTypeOf(component)
  if (component.name === 'VFREEBUSY') return 'BUSY'
  if (component.name !== 'VEVENT') return 'FREE'
  if (wordOf(component, 'TRANSP') === 'TRANSPARENT') return 'FREE'
  const status = wordOf(component, 'STATUS')
  if (status === 'CANCELLED') return 'FREE'
  return status === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY'
}

/** BUSY-UNAVAILABLE unless BUSYTYPE says another type that is known. */
export function unavailableTypeOf(availability: Component): Exclude<BusyType, 'FREE'> {
  const type = wordOf(availability, 'BUSYTYPE')
  return type === 'BUSY' || type === 'BUSY-TENTATIVE' ? type : 'BUSY-UNAVAILABLE'
}

function wordOf(component: Component, name: string): string | undefined {
  return property(component, name)?.value.trim().toUpperCase()
}
