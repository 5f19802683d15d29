import type { Component } from './component.ts'
import { readTimeValues } from './times.ts'
import type { ZoneTable } from './zones.ts'

const TIMES = new Set(['DTSTART', 'DTEND', 'DUE', 'RECURRENCE-ID', 'EXDATE', 'RDATE', 'COMPLETED'])

/**
 * Checks one component and those inside it (RFC 5545 §3.6).
 * @throws InvalidCalendarError naming line, property and rule.
 */
export function checkComponent(component: Component, zones: ZoneTable): void {
  for (const property of component.properties) {
    if (TIMES.has(property.name)) readTimeValues(property, zones)
  }
  for (const child of component.components) checkComponent(child, zones)
}
