import { findCollection, findHome, listCollectionRows } from '../store/calendars.ts'
import { collectionOfRow, homeOfRow } from './collection-of-row.ts'
import type { CalendarEnv } from './env.ts'
import { granteeIdsOf } from './grantees.ts'
import type { Actor, Collection, CollectionRef, Home, HomeRef } from './model.ts'
import { canonicalPath } from './paths.ts'
import { NONE } from './privileges.ts'
import { Refusal } from './refusal.ts'

/**
 * A calendar home with what the actor may do there.
 *
 * @throws Refusal `not-found`, also when the actor has no privilege on it or on anything inside
 */
export async function getHome(env: CalendarEnv, actor: Actor, ref: HomeRef): Promise<Home> {
  const row = await env.store.reader.row(findHome, actor.userId, granteeIdsOf(actor), ref.owner)
  if (row === undefined || row.homePrivileges === NONE) throw notFound({ owner: ref.owner })
  return homeOfRow(row)
}

/** The collections of a home on which the actor has any privilege, oldest first. */
export async function listCollections(env: CalendarEnv, actor: Actor, home: Home): Promise<Collection[]> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const rows = await env.store.reader.rows(listCollectionRows, ...who, home.owner.userId)
  return rows.filter(({ collectionPrivileges }) => collectionPrivileges !== NONE).map(collectionOfRow)
}

/**
 * A calendar or plain collection with what the actor may do there.
 *
 * @throws Refusal `not-found`, also when the actor has no privilege on it
 */
export async function getCollection(env: CalendarEnv, actor: Actor, ref: CollectionRef): Promise<Collection> {
  const who = [actor.userId, granteeIdsOf(actor)] as const
  const row = await env.store.reader.row(findCollection, ...who, ref.owner, ref.collection)
  if (row === undefined || row.collectionPrivileges === NONE || row.collectionKind === 'inbox') {
    throw notFound({ owner: ref.owner, collection: ref.collection })
  }
  return collectionOfRow(row)
}

function notFound(ref: HomeRef | CollectionRef): Refusal {
  return new Refusal({ code: 'not-found', what: canonicalPath(ref) })
}
