import { statement } from './statement.ts'

/** An app password without its hash. */
export interface AppPasswordRow {
  readonly appPasswordId: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

export const insertAppPassword = statement(
  'insert_app_password',
  `insert into app_passwords (user_id, app_password_id, name, password_hash, created_at)
   values ($1, $2, $3, $4, $5)`,
)

export const listAppPasswords = statement<AppPasswordRow>(
  'list_app_passwords',
  `select app_password_id as "appPasswordId", name, created_at as "createdAt", last_used_at as "lastUsedAt"
   from app_passwords where user_id = $1 order by created_at, app_password_id`,
)

export const findAppPassword = statement<{ passwordHash: string; lastUsedAt: Date | undefined }>(
  'find_app_password',
  `select password_hash as "passwordHash", last_used_at as "lastUsedAt"
   from app_passwords where user_id = $1 and app_password_id = $2`,
)

/** $3: now; rows already marked since $4 are left alone. */
export const touchAppPassword = statement(
  'touch_app_password',
  `update app_passwords set last_used_at = $3
   where user_id = $1 and app_password_id = $2 and (last_used_at is null or last_used_at < $4)`,
)

export const deleteAppPassword = statement(
  'delete_app_password',
  'delete from app_passwords where user_id = $1 and app_password_id = $2',
)
