import type { CalendarEnv } from './env.ts'
import { BatchWriter, type ImportItem, type ImportOutcome } from './import-writer.ts'
import { lockWhole } from './lock-collection.ts'
import type { Actor, CollectionRef } from './model.ts'
import { BIND, WRITE_CONTENT } from './privileges.ts'
import { Refusal } from './refusal.ts'
import { requirePrivileges } from './require-privileges.ts'

/**
 * Stores objects in one transaction, under the lock of their calendar and by their UIDs. It is an import, not a
 * client's change: nobody is told.
 *
 * @param items of different UIDs
 * @returns what became of each, in order
 * @throws Refusal when the calendar cannot be written to at all
 */
export async function storeBatch(
  env: CalendarEnv,
  actor: Actor,
  ref: CollectionRef,
  items: readonly ImportItem[],
): Promise<ImportOutcome[]> {
  return env.store.transact(async (tx) => {
    const { collection, scope } = await lockWhole(tx, actor, ref)
    requirePrivileges(collection.privileges, BIND | WRITE_CONTENT, ref)
    if (collection.kind !== 'calendar') throw new Refusal({ code: 'method-not-allowed', on: ref })
    const writer = await BatchWriter.open(env, tx, actor, collection, items)
    await writer.requireUnlocked(ref, scope)
    const outcomes = items.map((item) => writer.store(item))
    writer.finish()
    return outcomes
  })
}
