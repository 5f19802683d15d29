/** The URI of a lock (RFC 4918 §6.5), made from the lock's id, which is unique for all time. */
export function lockToken({ lockId }: { readonly lockId: string }): string {
  return `urn:uuid:${lockId}`
}

/** The lock id in a token of ours; undefined for any other URI. */
export function lockIdOf(token: string): string | undefined {
  return /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(token)?.[1]?.toLowerCase()
}
