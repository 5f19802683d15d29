import { MAX_XML_BYTES } from '../xml/limits.ts'

/** What one bulk request may hold; advertised in ME:bulk-requests. */
export const MAX_BULK_RESOURCES = 100
export const MAX_BULK_BYTES = MAX_XML_BYTES
