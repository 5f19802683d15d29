import { addressOf, domainOf, emailOf } from './addresses.ts'
import { bounceAddress } from './bounce-address.ts'
import type { Person } from './itip.ts'
import { type Catalogue, fill } from './languages/catalogue.ts'
import { type ReplyAddresses, replyAddress } from './reply-token.ts'

/** Whom mails come from. */
export interface FromPolicy {
  /** The server's own mailbox: envelope sender of everything for which there is no bounce address. */
  readonly from: { readonly name: string | undefined; readonly address: string }
  /** Domains in whose name this server may send, besides that of `from`. */
  readonly domains: readonly string[]
  /** Where answers and bounces come in; undefined: to the organizer's own mailbox, and to `from`. */
  readonly replies: ReplyAddresses | undefined
}

export interface Headers {
  readonly envelopeFrom: string
  readonly from: { readonly name: string; readonly address: string }
  readonly sender: string | undefined
  readonly replyTo: { readonly name: string; readonly address: string }
  /** The calendar user address the organizer has in this message: the one answers go to. */
  readonly organizer: string
}

/** A mail as far as its addresses depend on it. */
export interface Addressed {
  /** UUID of the mail. */
  readonly id: string
  readonly ownerId: string
  readonly uid: string
  readonly sender: Person
  /** E-mail address. */
  readonly recipient: string
}

/**
 * Addresses of one mail. A sender in a domain of ours is its From; any other would fail DMARC, so the server's
 * mailbox is, naming them. Mail programs answer to the ORGANIZER, not to Reply-To: with a domain for replies both
 * are the attendee's own reply address.
 */
export function headersOf(
  { id, ownerId, uid, sender, recipient }: Addressed,
  isOrganizer: boolean,
  policy: FromPolicy,
  words: Catalogue,
): Headers {
  const own = sender.email ?? policy.from.address
  const name = sender.name ?? sender.email ?? policy.from.name ?? policy.from.address
  const isOurs = mayName(own, policy)
  const answers =
    isOrganizer && policy.replies !== undefined
      ? replyAddress({ ownerId, uid, attendee: emailOf(recipient) ?? recipient }, policy.replies)
      : own
  return {
    envelopeFrom: policy.replies === undefined ? policy.from.address : bounceAddress(id, policy.replies),
    from: isOurs
      ? { name, address: own }
      : { name: fill(words.onBehalf, { who: name }), address: policy.from.address },
    sender: isOurs && own !== policy.from.address ? policy.from.address : undefined,
    replyTo: { name, address: answers },
    organizer: addressOf(answers),
  }
}

function mayName(email: string, { from, domains }: FromPolicy): boolean {
  const domain = domainOf(email)
  return domain === domainOf(from.address) || domains.includes(domain)
}
