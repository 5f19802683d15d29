import { type Component, property } from './component.ts'

export type BusyType = 'FREE' | 'BUSY' | 'BUSY-TENTATIVE' | 'BUSY-UNAVAILABLE'

/** How the time of an event counts (RFC 4791 §7.10): by TRANSP and STATUS. Only events take up time. */
export function busyTypeOf(component: Component): BusyType {
  if (component.name !== 'VEVENT') return 'FREE'
  if (wordOf(component, 'TRANSP') === 'TRANSPARENT') return 'FREE'
  const status = wordOf(component, 'STATUS')
  if (status === 'CANCELLED') return 'FREE'
  return status === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY'
}

function wordOf(component: Component, name: string): string | undefined {
  return property(component, name)?.value.trim().toUpperCase()
}
