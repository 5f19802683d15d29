import { statement } from './statement.ts'

/** A file or nested collection inside a plain collection. */
export interface NodeRecord {
  readonly nodeId: string
  /** Undefined at the top of its collection. */
  readonly parentId: string | undefined
  readonly name: string
  readonly isCollection: boolean
  readonly contentType: string | undefined
  readonly size: number
  /** Unquoted; undefined for a collection. */
  readonly etag: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columnsOf = (alias: string) => `${alias}.node_id as "nodeId", ${alias}.parent_id as "parentId",
  ${alias}.name, ${alias}.is_collection as "isCollection", ${alias}.content_type as "contentType",
  ${alias}.size, ${alias}.etag, ${alias}.created_at as "createdAt", ${alias}.updated_at as "updatedAt"`

/**
 * ($1 userId, $2 calendarId, $3 path text[]): the nodes along a path from the top, as far as they exist; the
 * path is mapped when there are as many rows as segments.
 */
export const findNodePath = statement<NodeRecord>(
  'nodes.path',
  `with recursive walk as (
     select n.*, 1 as depth from nodes n
     where n.user_id = $1 and n.calendar_id = $2 and n.parent_id is null and n.name = ($3::text[])[1]
     union all
     select n.*, w.depth + 1 from walk w join nodes n
       on n.user_id = $1 and n.calendar_id = $2 and n.parent_id = w.node_id
       and n.name = ($3::text[])[w.depth + 1]
   )
   select ${columnsOf('walk')} from walk order by depth`,
)

/** ($1 userId, $2 nodeId) */
export const findNodeBody = statement<{ body: Buffer | undefined }>(
  'nodes.body',
  'select body from nodes where user_id = $1 and node_id = $2',
)

/** ($1 userId, $2 calendarId): the members of a plain collection itself, by name. */
export const listTopNodes = statement<NodeRecord>(
  'nodes.list-top',
  `select ${columnsOf('n')} from nodes n
   where n.user_id = $1 and n.calendar_id = $2 and n.parent_id is null order by n.name`,
)

/** ($1 userId, $2 calendarId, $3 parentId): the members of a nested collection, by name. */
export const listNodes = statement<NodeRecord>(
  'nodes.list',
  `select ${columnsOf('n')} from nodes n
   where n.user_id = $1 and n.calendar_id = $2 and n.parent_id = $3 order by n.name`,
)

/** (userId, nodeId, calendarId, parentId, name, isCollection, body, contentType, size, etag, now) */
export const insertNode = statement(
  'nodes.insert',
  `insert into nodes (user_id, node_id, calendar_id, parent_id, name, is_collection, body, content_type, size,
     etag, created_at, updated_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
)

/** (userId, nodeId, body, contentType, size, etag, now) */
export const updateNode = statement(
  'nodes.update',
  `update nodes set body = $3, content_type = $4, size = $5, etag = $6, updated_at = $7
   where user_id = $1 and node_id = $2`,
)

const TREE = `tree as (
     select node_id from nodes where user_id = $1 and node_id = $2
     union all
     select n.node_id from tree t join nodes n on n.user_id = $1 and n.parent_id = t.node_id
   )`

/** ($1 userId, $2 nodeId): octets of a node and everything below it. */
export const measureTree = statement<{ size: bigint }>(
  'nodes.measure',
  `with recursive ${TREE}
   select coalesce(sum(n.size), 0)::bigint as size from tree t
   join nodes n on n.user_id = $1 and n.node_id = t.node_id`,
)

/** ($1 userId, $2 nodeId): deletes a node, everything below it and their dead properties. */
export const deleteTree = statement(
  'nodes.delete',
  `with recursive ${TREE}, forgotten as (
     delete from properties where user_id = $1 and scope = 'node'
       and resource_id in (select node_id from tree)
   )
   delete from nodes where user_id = $1 and node_id in (select node_id from tree)`,
)

/** ($1 userId, $2 nodeId, $3 calendarId, $4 parentId, $5 name): moves a tree within one home. */
export const moveTree = statement(
  'nodes.move',
  `with recursive ${TREE}
   update nodes set calendar_id = $3,
     parent_id = case when node_id = $2 then $4 else parent_id end,
     name = case when node_id = $2 then $5 else name end
   where user_id = $1 and node_id in (select node_id from tree)`,
)

/**
 * ($1 userId, $2 nodeId, $3 to userId, $4 to calendarId, $5 to parentId, $6 to name, $7 isDeep, $8 now):
 * copies a node, with everything below it when deep, and their dead properties.
 */
export const copyTree = statement(
  'nodes.copy',
  `with recursive tree as (
     select node_id from nodes where user_id = $1 and node_id = $2
     union all
     select n.node_id from tree t join nodes n on n.user_id = $1 and n.parent_id = t.node_id where $7
   ), fresh as materialized (
     select node_id, gen_random_uuid() as copy_id from tree
   ), copied as (
     insert into nodes (user_id, node_id, calendar_id, parent_id, name, is_collection, body, content_type,
       size, etag, created_at, updated_at)
     select $3, f.copy_id, $4, case when n.node_id = $2 then $5::uuid else p.copy_id end,
       case when n.node_id = $2 then $6 else n.name end, n.is_collection, n.body, n.content_type,
       n.size, n.etag, $8, $8
     from fresh f join nodes n on n.user_id = $1 and n.node_id = f.node_id
     left join fresh p on p.node_id = n.parent_id
   )
   insert into properties (user_id, resource_id, scope, namespace, name, xml)
   select $3, f.copy_id, d.scope, d.namespace, d.name, d.xml
   from fresh f join properties d on d.user_id = $1 and d.resource_id = f.node_id and d.scope = 'node'`,
)
