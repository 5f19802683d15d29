import type { HttpContext } from '../http/state.ts'

/** The media type of the request's body, in lower case without parameters; undefined when not sent. */
export function mediaTypeOf({ headers }: HttpContext): string | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  return type === '' ? undefined : type
}

/** The charset parameter of the request's Content-Type, in lower case. */
export function charsetOf({ headers }: HttpContext): string | undefined {
  const match = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(headers['content-type'] ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}
