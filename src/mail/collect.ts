/** Octets that may be held at once, by everybody together. */
export class OctetBudget {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  /** @returns whether there were so many left; then they are taken */
  take(octets: number): boolean {
    if (octets > this.#left) return false
    this.#left -= octets
    return true
  }

  giveBack(octets: number): void {
    this.#left += octets
  }
}

/** A mail whose octets are held, until `release`. */
export interface Collected {
  /** The mail; or why it is not held: it is too large, or there is no room now. */
  readonly octets: Buffer | 'too large' | 'no room'
  release(): void
}

/** Every octet of a stream. Reads to the end in any case: whoever sends waits for that. */
export async function collect(
  stream: AsyncIterable<Buffer>,
  most: number,
  budget: OctetBudget,
): Promise<Collected> {
  const chunks: Buffer[] = []
  let size = 0
  let held = 0
  let hasRoom = true
  const release = () => {
    budget.giveBack(held)
    held = 0
  }
  const drop = () => {
    chunks.length = 0
    release()
  }
  try {
    for await (const chunk of stream) {
      size += chunk.length
      hasRoom &&= size <= most && budget.take(chunk.length)
      if (hasRoom) {
        held += chunk.length
        chunks.push(chunk)
      } else drop()
    }
  } catch (error) {
    release()
    throw error
  }
  if (size > most) return { octets: 'too large', release }
  return { octets: hasRoom ? Buffer.concat(chunks) : 'no room', release }
}
