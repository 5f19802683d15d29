/** The XML namespaces of the field under the prefixes the tests use (`D:getetag`, `C:calendar-data`, …). */
const namespaces = {
  D: 'DAV:',
  C: 'urn:ietf:params:xml:ns:caldav',
  CS: 'http://calendarserver.org/ns/',
  ICAL: 'http://apple.com/ns/ical/',
  ME: 'http://me.com/_namespace/',
  P: 'https://bitfire.at/webdav-push',
  X: 'urn:example:conformance',
} as const

/** The `xmlns:` declarations of the prefixes used in some XML, to be put on its root element. */
export function declarationsFor(source: string): string {
  return Object.entries(namespaces)
    .filter(([prefix]) => new RegExp(`[</\\s]${prefix}:`).test(source))
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
    .join('')
}

/** `D:getetag` → `{DAV:}getetag`. Throws on a prefix that is not in the table. */
export function clark(qualified: string): string {
  const [prefix = '', local = ''] = qualified.split(':')
  const uri = (namespaces as Record<string, string>)[prefix]
  if (uri === undefined || local === '') throw new Error(`Unknown XML name in a test: ${qualified}`)
  return `{${uri}}${local}`
}

/** `{DAV:}getetag` → `D:getetag` where the namespace has a prefix; otherwise the name as it is. */
export function qualified(clarkName: string): string {
  for (const [prefix, uri] of Object.entries(namespaces)) {
    if (clarkName.startsWith(`{${uri}}`)) return `${prefix}:${clarkName.slice(uri.length + 2)}`
  }
  return clarkName
}
