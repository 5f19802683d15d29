import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectRefusal, expectSame, expectStatus, expectSuccess } from '../expect.ts'
import { takeLock, unlock } from '../fixtures/locks.ts'
import { simpleEvent } from '../ical/build.ts'
import { childrenOf } from '../xml/element.ts'

/** UNLOCK (RFC 4918 §9.11). */
export const section: Section = {
  cite: 'RFC 4918 §9.11',
  title: 'UNLOCK',
  needs: ['dav:2', 'method:UNLOCK'],
  tests: [
    must('end a lock with 204', 'A lock that is given back is answered 204.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      expectStatus(await unlock(t.owner, href, await takeLock(t.owner, href)), 204)
    }),
    must(
      'let changes through afterwards',
      'What is not locked can be changed without a token.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        await unlock(t.owner, href, await takeLock(t.owner, href))
        expectSuccess(await t.owner.put(href, simpleEvent(uid, 'Changed')))
      },
    ),
    must('take the lock out of lockdiscovery', 'lockdiscovery lists locks in force.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      await unlock(t.owner, href, await takeLock(t.owner, href))
      const locks = childrenOf(await t.owner.property(href, 'D:lockdiscovery'), 'D:activelock')
      expectSame(locks.length, 0, 'A lock is still listed')
    }),
    must(
      'answer 409 to a token that is not of this resource',
      'lock-token-matches-request-uri fails with 409.',
      async (t) => {
        const calendar = await t.calendar()
        const [one, two] = [
          await t.object(calendar, simpleEvent(t.name())),
          await t.object(calendar, simpleEvent(t.name())),
        ]
        const token = await takeLock(t.owner, one)
        t.after(() => unlock(t.owner, one, token))
        expectCondition(await unlock(t.owner, two, token), 'D:lock-token-matches-request-uri', [409])
      },
      {
        why: 'RFC 4918 §9.11.1 lists 409 for a token whose lock does not cover the request URI, so that a client learns that it confused two locks.',
      },
    ),
    must('refuse a request without Lock-Token with 400', 'UNLOCK needs a Lock-Token.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      expectStatus(await t.owner.request('UNLOCK', href), 400)
    }),
    must(
      'keep another user from unlocking',
      'Only the owner of a lock, or one with the unlock privilege, ends it.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectRefusal(await unlock(t.other, href, token))
        expectSame(
          childrenOf(await t.owner.property(href, 'D:lockdiscovery'), 'D:activelock').length,
          1,
          'The lock is gone',
        )
      },
      { needs: ['user2'] },
    ),
  ],
}
