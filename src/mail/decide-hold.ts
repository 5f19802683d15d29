import {
  closeHold,
  dropHeld,
  findHeldTexts,
  findHold,
  type HoldDecision,
  releaseHeld,
  trustCancels,
} from '../store/mail-holds.ts'
import type { Store, Transactor } from '../store/store.ts'
import type { Hold } from './hold-token.ts'
import { titleOf } from './title.ts'

const HOUR_MS = 3_600_000

/** What a user sees of a hold before they decide on it. */
export interface HeldMails {
  readonly locale: string
  readonly events: number
  readonly mails: number
  /** Of the first few events; undefined: it has none. */
  readonly titles: readonly (string | undefined)[]
  /** undefined: nobody has decided. */
  readonly decision: HoldDecision | undefined
}

const MOST_TITLES = 5

/** @returns undefined when there is no such hold, or a later one is in its place */
export async function findHeldMails(store: Store, hold: Hold): Promise<HeldMails | undefined> {
  const row = await store.reader.row(findHold, hold.userId, hold.holdId)
  if (row === undefined) return undefined
  const { locale, events, messages, decision } = row
  const texts = decision === undefined ? await store.reader.rows(findHeldTexts, hold.userId, MOST_TITLES) : []
  return {
    locale,
    events: Number(events),
    mails: Number(messages),
    titles: texts.map(({ data }) => titleOf(data)),
    decision,
  }
}

/** Decides on a hold; one that was decided on stays as it is. */
export async function decideHold(
  store: Store,
  { userId, holdId }: Hold,
  decision: HoldDecision,
  now: Date,
): Promise<void> {
  await store.transact(async (tx) => {
    const closed = await tx.change(closeHold, userId, holdId, decision, now)
    if (closed > 0) await carryOut(tx, userId, decision, now)
  })
}

/** Decides on whatever is held of a user. @returns how many mails that were */
export function decideHeldOf(
  store: Store,
  userId: string,
  decision: HoldDecision,
  now: Date,
): Promise<number> {
  return store.transact(async (tx) => {
    tx.write(closeHold, userId, null, decision, now)
    return carryOut(tx, userId, decision, now)
  })
}

async function carryOut(tx: Transactor, userId: string, decision: HoldDecision, now: Date): Promise<number> {
  if (decision === 'drop') return tx.change(dropHeld, userId)
  tx.write(trustCancels, userId, new Date(now.getTime() - HOUR_MS))
  return tx.change(releaseHeld, userId, now)
}
