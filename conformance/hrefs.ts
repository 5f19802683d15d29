/** The decoded path of an href, whether it was an absolute path or a whole URL. */
export function pathOf(href: string): string {
  const path = /^[a-z][a-z0-9+.-]*:/i.test(href) ? new URL(href).pathname : href
  return path
    .split('/')
    .map((segment) => {
      try {
        return decodeURIComponent(segment)
      } catch {
        return segment
      }
    })
    .join('/')
}

/** Whether two hrefs name the same resource: compared decoded, a last slash aside. */
export function sameHref(one: string, other: string): boolean {
  return pathOf(one).replace(/\/$/, '') === pathOf(other).replace(/\/$/, '')
}

/** The last segment of an href, decoded. */
export function nameOf(href: string): string {
  return pathOf(href).replace(/\/$/, '').split('/').at(-1) ?? ''
}

/** The href of the collection holding a resource. */
export function parentOf(href: string): string {
  return href.replace(/\/$/, '').replace(/[^/]*$/, '')
}

/** The path of an href as it goes into a request line; an href that is a whole URL loses its origin. */
export function requestPath(href: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(href)) return href
  const url = new URL(href)
  return url.pathname + url.search
}
