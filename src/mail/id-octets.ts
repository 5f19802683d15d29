export const ID_BYTES = 16

/** The ID_BYTES octets of a UUID. */
export function idOctets(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** The UUID that ID_BYTES octets are. */
export function idOf(octets: Buffer): string {
  return octets.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
