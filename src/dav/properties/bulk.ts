import { MAX_BULK_BYTES, MAX_BULK_RESOURCES } from '../bulk/limits.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { el } from '../xml/element.ts'
import { ME } from '../xml/names.ts'

/** calendarserver-bulk-change §5.1: which bulk requests there are, and how much they may hold. */
const BULK_REQUESTS = defineProperty({
  namespace: ME,
  name: 'bulk-requests',
  on: ['calendar'],
  get: () => ['simple', 'crud'].map((kind) => el(ME, kind, LIMITS)),
})

const LIMITS = [
  el(ME, 'max-resources', [String(MAX_BULK_RESOURCES)]),
  el(ME, 'max-bytes', [String(MAX_BULK_BYTES)]),
]

export const bulkProperties: readonly LiveProperty[] = [BULK_REQUESTS]
