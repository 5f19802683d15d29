import { defineProperty, type LiveProperty } from '../registry.ts'
import { APPLE_ICAL } from '../xml/names.ts'
import { readColor, readOrder } from './values.ts'

/** Apple's calendar-color; every client with a colour picker sets it. */
const CALENDAR_COLOR = defineProperty({
  namespace: APPLE_ICAL,
  name: 'calendar-color',
  on: ['calendar'],
  keepsAttributes: true,
  get: (_ctx, calendar) => (calendar.color ? [calendar.color] : undefined),
  set: (value) => ({ color: value ? readColor(value) : null }),
})

/** Apple's calendar-order; vdirsyncer keeps it too. */
const CALENDAR_ORDER = defineProperty({
  namespace: APPLE_ICAL,
  name: 'calendar-order',
  on: ['calendar'],
  get: (_ctx, calendar) => (calendar.order ? [calendar.order] : undefined),
  set: (value) => ({ order: value ? readOrder(value) : null }),
})

/** Properties outside the RFCs that are kept as fields of a calendar; other vendors' are dead properties. */
export const vendorProperties: readonly LiveProperty[] = [CALENDAR_COLOR, CALENDAR_ORDER]
