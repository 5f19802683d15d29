/** What a request's XML may hold; past it the request is refused before it costs more. */
export const MAX_DEPTH = 64
export const MAX_ELEMENTS = 60_000
export const MAX_ATTRIBUTES = 2_000
/** Octets of an XML request body. */
export const MAX_XML_BYTES = 4 * 1024 * 1024
