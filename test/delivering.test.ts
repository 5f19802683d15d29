import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { addUser } from '../src/accounts/users.ts'
import { deleteObject } from '../src/calendar/delete-object.ts'
import type { Actor } from '../src/calendar/model.ts'
import { putObject } from '../src/calendar/put-object.ts'
import { startDelivering } from '../src/delivering.ts'
import { createLogger } from '../src/http/log.ts'
import { statement } from '../src/store/statement.ts'
import { calendarEnv, textOf } from './support/calendars.ts'
import { useStore } from './support/database.ts'

const CANCELLED = statement<{ cancelled: boolean }>(
  'test.delivering-cancelled',
  `select bool_or(e.data like '%STATUS:CANCELLED%') as cancelled from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id and c.kind = 'calendar' where u.username = 'ben' and e.uid = $1`,
)
const WAITING = statement<{ waiting: bigint }>(
  'test.delivering-waiting',
  'select count(*) as waiting from scheduling_jobs',
)

describe('the loop that does scheduling’s jobs', () => {
  const store = useStore()

  it('does what is due, leaves what is not, and ends when it is told to', async () => {
    const env = calendarEnv(store())
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    const [ann] = await Promise.all(
      ['ann', 'ben'].map((username) => addUser(accounts, { username, email: `${username}@example.test` })),
    )
    const actor: Actor = { ...(ann as NonNullable<typeof ann>), groupIds: [] }
    const uid = randomUUID()
    const ref = { owner: 'ann', collection: 'calendar', name: 'a.ics' }
    const more = ['ORGANIZER:mailto:ann@example.test', 'ATTENDEE:mailto:ben@example.test']
    await putObject(env, actor, ref, textOf({ uid, more }), {})
    await deleteObject(env, actor, ref, {})
    const isCancelled = async () => (await store().reader.row(CANCELLED, uid))?.cancelled
    const loop = startDelivering(env, createLogger('silent'))
    try {
      expect(await isCancelled()).to.equal(false)
      env.advance(1)
      while (!(await isCancelled())) await setTimeout(20)
    } finally {
      await loop.stop()
    }
    expect((await store().reader.row(WAITING))?.waiting).to.equal(0n)
    await putObject(env, actor, ref, textOf({ uid, more }), {})
    await deleteObject(env, actor, ref, {})
    env.advance(1)
    await loop.stop()
    expect((await store().reader.row(WAITING))?.waiting).to.equal(1n)
  })
})
