/** Conditional headers as domain values. They are evaluated inside the write's transaction, under its locks. */
export interface Conditions {
  /** If-Match (RFC 9110 §13.1.1): unquoted etags, or '*'. */
  readonly ifMatch?: readonly string[] | '*'
  /** If-None-Match (RFC 9110 §13.1.2): unquoted etags, or '*'. */
  readonly ifNoneMatch?: readonly string[] | '*'
  /** If-Unmodified-Since (RFC 9110 §13.1.4), to the second; not looked at beside `ifMatch`. */
  readonly ifUnmodifiedSince?: Date
  /** If-Schedule-Tag-Match (RFC 6638 §8.3), unquoted. */
  readonly ifScheduleTagMatch?: string
  /** If (RFC 4918 §10.4): satisfied when any list is; also names the lock tokens submitted. */
  readonly ifLists?: readonly IfList[]
}

export interface IfList {
  /** Canonical resource path below the context root, without prefix; undefined: the request's own resource. */
  readonly path: string | undefined
  readonly terms: readonly IfTerm[]
}

export interface IfTerm {
  readonly not: boolean
  /** Either a state token (lock token or sync token) or an unquoted etag. */
  readonly state: { readonly token: string } | { readonly etag: string }
}
