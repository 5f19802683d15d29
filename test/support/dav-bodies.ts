/** Request bodies in tests: names carry the prefixes D, C, CS, ICAL, ME and P. */
export const NAMESPACES =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" ' +
  'xmlns:ICAL="http://apple.com/ns/ical/" xmlns:ME="http://me.com/_namespace/" ' +
  'xmlns:P="https://bitfire.at/webdav-push" xmlns:CARD="urn:ietf:params:xml:ns:carddav"'

/** A document whose root has that name and those contents. */
export function xml(root: string, ...contents: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${NAMESPACES}>${contents.join('')}</${root}>`
}

/** D:prop with an empty element for each name; a name with "<" is an element already. */
export function prop(...names: readonly string[]): string {
  return `<D:prop>${names.map((name) => (name.startsWith('<') ? name : `<${name}/>`)).join('')}</D:prop>`
}

export function propfind(...names: readonly string[]): string {
  return xml('D:propfind', prop(...names))
}

/** PROPPATCH that sets elements. */
export function setting(...elements: readonly string[]): string {
  return xml('D:propertyupdate', `<D:set>${prop(...elements)}</D:set>`)
}

/** C:filter for one component of the calendar, with what its comp-filter holds. */
export function filter(component: string, ...inner: readonly string[]): string {
  return (
    '<C:filter><C:comp-filter name="VCALENDAR">' +
    `<C:comp-filter name="${component}">${inner.join('')}</C:comp-filter></C:comp-filter></C:filter>`
  )
}

export function timeRange(start?: string, end?: string): string {
  const attributes = [start && ` start="${start}"`, end && ` end="${end}"`].join('')
  return `<C:time-range${attributes}/>`
}

export function calendarQuery(names: readonly string[], ...rest: readonly string[]): string {
  return xml('C:calendar-query', prop(...names), ...rest)
}

export function multiget(names: readonly string[], hrefs: readonly string[]): string {
  const asked = hrefs.map((href) => `<D:href>${href}</D:href>`).join('')
  return xml('C:calendar-multiget', prop(...names), asked)
}

/** D:sync-collection; `token` undefined leaves its element out. */
export function syncCollection(
  token: string | undefined,
  names: readonly string[],
  more: { readonly level?: string; readonly limit?: number } = {},
): string {
  const { level, limit } = more
  return xml(
    'D:sync-collection',
    token === undefined ? '' : `<D:sync-token>${token}</D:sync-token>`,
    level === undefined ? '' : `<D:sync-level>${level}</D:sync-level>`,
    limit === undefined ? '' : `<D:limit><D:nresults>${limit}</D:nresults></D:limit>`,
    prop(...names),
  )
}
