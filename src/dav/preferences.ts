import type { HttpContext } from '../http/state.ts'

/** What the client would rather have (RFC 7240, RFC 8144). */
export interface Preferences {
  /** return=minimal, its older spelling return-minimal, or `Brief: t`. */
  readonly minimal: boolean
  readonly representation: boolean
  readonly depthNoroot: boolean
}

const NONE: Preferences = { minimal: false, representation: false, depthNoroot: false }

export function readPreferences(koa: HttpContext): Preferences {
  const { prefer, brief } = koa.headers
  if (prefer === undefined && brief === undefined) return NONE
  const tokens = new Set(
    String(prefer ?? '')
      .toLowerCase()
      .split(',')
      .map((token) => token.split(';')[0]?.replace(/[\s"]/g, '')),
  )
  // RFC 7240 §4.2: minimal and representation exclude each other; with both, neither is honoured.
  const isBoth = tokens.has('return=minimal') && tokens.has('return=representation')
  const isBrief =
    String(brief ?? '')
      .trim()
      .toLowerCase() === 't'
  return {
    minimal: !isBoth && (tokens.has('return=minimal') || tokens.has('return-minimal') || isBrief),
    representation: !isBoth && tokens.has('return=representation'),
    depthNoroot: tokens.has('depth-noroot'),
  }
}

/** Tells the client which preference it got (RFC 7240 §3). */
export function markApplied(koa: HttpContext, preference: string): void {
  koa.append('Preference-Applied', preference)
}

/** The answer depends on these headers (RFC 7240 §2). */
export function varyByPreference(koa: HttpContext): void {
  koa.vary('Prefer')
  koa.vary('Brief')
}
