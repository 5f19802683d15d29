import { expect } from 'chai'
import { addUser } from '../../src/accounts/users.ts'
import { createCollection } from '../../src/calendar/collections.ts'
import { floatingZoneOf } from '../../src/calendar/floating-zone.ts'
import { getCollection } from '../../src/calendar/homes.ts'
import type { Actor, Calendar } from '../../src/calendar/model.ts'
import { calendarEnv, type TestEnv } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'

/** RFC 4791 §5.2.2: what floating times mean in a calendar nobody has given a time zone. */
describe('calendars without a time zone of their own', () => {
  const store = useStore()
  let env: TestEnv
  let tokyo: Actor

  before(async () => {
    env = calendarEnv(store())
    const yuki = { username: 'yuki', email: 'yuki@example.test', timezone: 'Asia/Tokyo' }
    tokyo = { ...(await addUser(env, yuki)), groupIds: [] }
  })

  const zoneOf = async (collection: string) =>
    floatingZoneOf((await getCollection(env, tokyo, { owner: 'yuki', collection })) as Calendar).id

  it('have that of their owner, the first one too', async () => {
    expect(await zoneOf('calendar')).to.equal('Asia/Tokyo')
    const ref = { owner: 'yuki', collection: 'work' }
    await createCollection(env, tokyo, ref, { kind: 'calendar', fields: {}, dead: [] }, {})
    expect(await zoneOf('work')).to.equal('Asia/Tokyo')
  })

  it('keep the one they are made with', async () => {
    const ref = { owner: 'yuki', collection: 'paris' }
    const fields = { timezoneId: 'Europe/Paris' }
    await createCollection(env, tokyo, ref, { kind: 'calendar', fields, dead: [] }, {})
    expect(await zoneOf('paris')).to.equal('Europe/Paris')
  })
})
