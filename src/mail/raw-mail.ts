/** A mail as a transport hands it over. */
export interface RawMail {
  readonly octets: Buffer
  /** Envelope recipients; empty when the transport does not know them: the headers then say. */
  readonly recipients: readonly string[]
  /** Envelope sender, and where the mail came from, when the transport took it from outside itself. */
  readonly peer: Peer | undefined
}

/** The SMTP client that handed the mail over from outside; what SPF is about. */
export interface Peer {
  readonly sender: string
  readonly address: string
  readonly helo: string
}
