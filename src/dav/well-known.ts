import type { HttpContext } from '../http/state.ts'
import { answerEmpty } from './answer.ts'

/** RFC 6764 §5: where discovery begins, with or without a slash. */
export function isWellKnown(path: string): boolean {
  return path === '/.well-known/caldav' || path === '/.well-known/caldav/'
}

/**
 * Sends every method to the context root, before authentication. 301 lets PROPFIND through in all clients;
 * the path is absolute, so it stays right behind any proxy.
 */
export function redirectToRoot(koa: HttpContext, root: string): void {
  koa.state.route = 'well-known'
  answerEmpty(koa, 301)
  koa.set('Location', root)
  // A later change of prefix must not be hidden by what a client remembers.
  koa.set('Cache-Control', 'no-cache')
}
