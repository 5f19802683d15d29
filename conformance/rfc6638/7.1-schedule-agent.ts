import { must, type Section } from '../engine/section.ts'
import { expectSame } from '../expect.ts'
import { arrival, attendee, copyOf, invite, masterOf, message, once } from '../fixtures/scheduling.ts'

/** SCHEDULE-AGENT: who sends the messages (RFC 6638 §7.1). */
export const section: Section = {
  cite: 'RFC 6638 §7.1',
  title: 'SCHEDULE-AGENT',
  needs: ['dav:calendar-auto-schedule', 'user2', 'address'],
  lane: 'scheduling',
  tests: [
    must(
      'send nothing to an attendee of SCHEDULE-AGENT=NONE',
      'The server sends nothing where the agent is NONE.',
      async (t) => {
        const { uid } = await invite(t, [
          ...once,
          attendee(t.other, ';SCHEDULE-AGENT=NONE'),
          attendee(t.third),
        ])
        await arrival(t.third, uid)
        expectSame(await copyOf(t.other, uid), undefined, 'The meeting was delivered')
      },
      { cite: 'RFC 6638 §7.1', needs: ['user3'] },
    ),
    must(
      'send nothing to an attendee of SCHEDULE-AGENT=CLIENT',
      'The client sends where the agent is CLIENT.',
      async (t) => {
        const { uid } = await invite(t, [
          ...once,
          attendee(t.other, ';SCHEDULE-AGENT=CLIENT'),
          attendee(t.third),
        ])
        await arrival(t.third, uid)
        expectSame(await copyOf(t.other, uid), undefined, 'The meeting was delivered')
      },
      { cite: 'RFC 6638 §7.1', needs: ['user3'] },
    ),
    must(
      'deliver for SCHEDULE-AGENT=SERVER',
      'SERVER is the default and means the server sends.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other, ';SCHEDULE-AGENT=SERVER')])
        await arrival(t.other, uid)
      },
      { cite: 'RFC 6638 §7.1' },
    ),
    must(
      'send no scheduling parameters along',
      'SCHEDULE-AGENT, SCHEDULE-STATUS and SCHEDULE-FORCE-SEND are for the client and its server.',
      async (t) => {
        const { uid } = await invite(t, [...once, attendee(t.other, ';SCHEDULE-AGENT=SERVER')])
        const found = await message(t.other, uid, 'REQUEST')
        const params = masterOf(found.calendar)?.lines.flatMap((line) => [...line.params.keys()]) ?? []
        expectSame(params.filter((name) => name.startsWith('SCHEDULE-')).join(), '', 'Some were sent')
      },
      { cite: 'RFC 6638 §7.1' },
    ),
  ],
}
