import type { Principal } from '../store/records.ts'
import { partsOf } from './addresses.ts'
import { readBounceAddress } from './bounce-address.ts'
import type { MailReceiver } from './mail-receiver.ts'
import { type ReplyToken, readReplyAddress } from './reply-token.ts'

/** A local recipient. */
export interface Target {
  /** The address as the envelope has it. */
  readonly address: string
  readonly principal: Principal
  readonly token: ReplyToken | undefined
}

/** Whom of this server the addresses mean: reply addresses, and accounts with or without `+tag`. */
export async function targetsOf(
  {
    replies,
    principalsByIds,
    principalsByEmails,
  }: Pick<MailReceiver, 'replies' | 'principalsByIds' | 'principalsByEmails'>,
  addresses: readonly string[],
): Promise<Map<string, Target>> {
  const tokens = new Map(
    addresses.map((address) => [address, replies && readReplyAddress(address, replies)] as const),
  )
  const owners = [...tokens.values()].flatMap((token) => (token === undefined ? [] : [token.ownerId]))
  const plain = addresses.filter((address) => tokens.get(address) === undefined)
  const byId = await principalsByIds(owners)
  const byEmail = await principalsByEmails(plain.flatMap((address) => [address, untagged(address)]))
  const targets = new Map<string, Target>()
  for (const [address, token] of tokens) {
    const principal =
      token === undefined
        ? (byEmail.get(address.toLowerCase()) ?? byEmail.get(untagged(address)))
        : byId.get(token.ownerId)
    if (principal !== undefined) targets.set(address, { address, principal, token })
  }
  return targets
}

function untagged(address: string): string {
  const { user, domain } = partsOf(address)
  return `${user}@${domain}`
}

/** Does mail for the address reach anything here: an account, answers to an event, bounces of a mail? */
export async function isLocal(receiver: MailReceiver, address: string): Promise<boolean> {
  const { replies } = receiver
  const isBounce = replies !== undefined && readBounceAddress(address, replies) !== undefined
  return isBounce || (await targetsOf(receiver, [address])).size > 0
}
