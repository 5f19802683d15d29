import { statement } from './statement.ts'

/** A dead property (RFC 4918 §4) of one resource. */
export interface PropertyRecord {
  readonly resourceId: string
  readonly namespace: string
  readonly name: string
  /** The whole element, with its own namespace declarations. */
  readonly xml: string
}

/** ($1 userId, $2 scope, $3 resourceIds uuid[]) */
export const findProperties = statement<PropertyRecord>(
  'properties.find',
  `select resource_id as "resourceId", namespace, name, xml from properties
   where user_id = $1 and scope = $2 and resource_id = any($3::uuid[]) order by namespace, name`,
)

/** (userId, resourceId, scope, namespace, name, xml): sets one, replacing it. */
export const putProperty = statement(
  'properties.put',
  `insert into properties (user_id, resource_id, scope, namespace, name, xml) values ($1, $2, $3, $4, $5, $6)
   on conflict (user_id, resource_id, scope, namespace, name) do update set xml = excluded.xml`,
)

/** (userId, resourceId, scope, namespace, name) */
export const deleteProperty = statement(
  'properties.delete',
  `delete from properties where user_id = $1 and resource_id = $2 and scope = $3 and namespace = $4 and name = $5`,
)

/** (userId, resourceId, scope): all of one resource. */
export const deleteProperties = statement(
  'properties.delete-all',
  'delete from properties where user_id = $1 and resource_id = $2 and scope = $3',
)

/** ($1 from userId, $2 from resourceId, $3 scope, $4 to userId, $5 to resourceId) */
export const copyProperties = statement(
  'properties.copy',
  `insert into properties (user_id, resource_id, scope, namespace, name, xml)
   select $4, $5, scope, namespace, name, xml from properties
   where user_id = $1 and resource_id = $2 and scope = $3`,
)
