import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectHeader,
  expectMember,
  expectPropStatus,
  expectSame,
  expectStatus,
  expectSuccess,
  expectTrue,
} from '../expect.ts'
import { lock, takeLock, unlock } from '../fixtures/locks.ts'
import { simpleEvent } from '../ical/build.ts'
import { childrenOf, descend, findAll, textOf } from '../xml/element.ts'

/** LOCK and what a lock protects (RFC 4918 §6, §7, §9.10). */
export const section: Section = {
  cite: 'RFC 4918 §9.10',
  title: 'LOCK',
  needs: ['dav:2', 'method:LOCK'],
  tests: [
    must(
      'grant an exclusive write lock and say so',
      'A new lock is answered with its token in Lock-Token and lockdiscovery in the body.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await lock(t.owner, href)
        expectStatus(response, 200)
        const token = expectHeader(response, 'lock-token')
        t.after(() => t.owner.request('UNLOCK', href, { headers: { 'Lock-Token': token } }))
        expectTrue(/^<[a-z]+:.+>$/.test(token), 'The token is not a URI in angle brackets', token)
        const active = descend(response.xml(), 'D:lockdiscovery', 'D:activelock')
        expectSame(`<${textOf(descend(active, 'D:locktoken', 'D:href'))}>`, token, 'The tokens differ')
      },
      { cite: 'RFC 4918 §9.10.1, §10.5' },
    ),
    must(
      'describe the lock in lockdiscovery',
      'lockdiscovery names scope, type, depth, owner, timeout, token and root.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        const [active] = childrenOf(await t.owner.property(href, 'D:lockdiscovery'), 'D:activelock')
        expectTrue(
          descend(active, 'D:lockscope', 'D:exclusive') !== undefined,
          'The scope is not exclusive',
          active?.source,
        )
        expectTrue(
          descend(active, 'D:locktype', 'D:write') !== undefined,
          'The type is not write',
          active?.source,
        )
        expectTrue(
          /^(0|infinity)$/i.test(textOf(descend(active, 'D:depth'))),
          'The depth is missing',
          active?.source,
        )
        expectTrue(
          descend(active, 'D:lockroot', 'D:href') !== undefined,
          'The lock root is missing',
          active?.source,
        )
      },
      { cite: 'RFC 4918 §6.8, §15.8' },
    ),
    must(
      'keep the owner as the client wrote it',
      'The owner element is stored as given.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        const owner = descend(await t.owner.property(href, 'D:lockdiscovery'), 'D:activelock', 'D:owner')
        expectSame(textOf(descend(owner, 'D:href')), 'mailto:locker@example.test', 'The owner differs')
      },
      { cite: 'RFC 4918 §14.17' },
    ),
    ...(['PUT', 'DELETE', 'PROPPATCH', 'MOVE'] as const).map((method) =>
      must(
        `answer 423 to a ${method} without the token`,
        'A locked resource is changed only with its token.',
        async (t) => {
          const uid = t.name()
          const calendar = await t.calendar()
          const href = await t.object(calendar, simpleEvent(uid))
          const token = await takeLock(t.owner, href)
          t.after(() => unlock(t.owner, href, token))
          const attempts = {
            PUT: () => t.owner.put(href, simpleEvent(uid, 'Changed')),
            DELETE: () => t.owner.delete(href),
            PROPPATCH: () => t.owner.proppatch(href, { 'X:note': 'x' }),
            MOVE: () => t.owner.move(href, `${calendar}moved.ics`),
          }
          const response = await attempts[method]()
          if (response.status === 207)
            expectPropStatus(expectMember(response.multistatus(), href), 'X:note', 423)
          else expectStatus(response, 423)
        },
        {
          cite: 'RFC 4918 §7',
          why: 'RFC 4918 §7 protects the dead properties of a locked resource along with its content.',
        },
      ),
    ),
    must(
      'name lock-token-submitted with the locked href',
      'A request that lacks a token is told which lock stands in the way.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectCondition(await t.owner.delete(href), 'D:lock-token-submitted', [423])
      },
      { cite: 'RFC 4918 §16' },
    ),
    must(
      'let a PUT through that submits the token',
      'The token in the If header opens the lock for its owner.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectSuccess(await t.owner.put(href, simpleEvent(uid, 'Changed'), { If: `(<${token}>)` }))
      },
      { cite: 'RFC 4918 §7.5' },
    ),
    must(
      'let everybody read what is locked',
      'A write lock does not keep from reading.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectStatus(await t.owner.get(href), 200)
        expectStatus(await t.owner.propfind(href, ['D:getetag']), 207)
      },
      { cite: 'RFC 4918 §7' },
    ),
    must(
      'refuse a second exclusive lock',
      'An exclusive lock shuts out all others.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectStatus(await lock(t.owner, href), 423)
        expectStatus(await lock(t.owner, href, 'shared'), 423)
      },
      { cite: 'RFC 4918 §6.2, §9.10.6' },
    ),
    should(
      'name no-conflicting-lock when a lock stands in the way of another',
      'A refused LOCK says what it conflicts with.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectCondition(await lock(t.owner, href), 'D:no-conflicting-lock', [423])
      },
      {
        cite: 'RFC 4918 §16',
        why: 'RFC 4918 §9.10.6 has this condition for exactly this refusal; lock-token-submitted is about requests that lack a token.',
      },
    ),
    must(
      'grant shared locks side by side where it offers them',
      'Shared locks do not conflict with each other.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const offered = findAll(await t.owner.property(href, 'D:supportedlock'), 'D:shared')
        if (offered.length === 0) t.skip('supportedlock does not offer shared locks')
        const tokens = [await takeLock(t.owner, href, 'shared'), await takeLock(t.owner, href, 'shared')]
        for (const token of tokens) t.after(() => unlock(t.owner, href, token))
        expectTrue(tokens[0] !== tokens[1], 'Two locks have one token')
        expectStatus(await lock(t.owner, href), 423)
      },
      { cite: 'RFC 4918 §6.2, §9.10.5' },
    ),
    must(
      'refresh a lock whose token is in the If header',
      'LOCK without a body refreshes and answers with lockdiscovery.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        const response = await t.owner.request('LOCK', href, {
          headers: { If: `(<${token}>)`, Timeout: 'Second-600' },
        })
        expectStatus(response, 200)
        expectSame(
          textOf(descend(response.xml(), 'D:lockdiscovery', 'D:activelock', 'D:locktoken', 'D:href')),
          token,
          'Another token came',
        )
      },
      { cite: 'RFC 4918 §7.7, §9.10.2' },
    ),
    must(
      'refuse to refresh with a token that is not in force',
      'A refresh needs the token of a lock on the resource.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.request('LOCK', href, {
          headers: { If: '(<urn:uuid:00000000-0000-4000-8000-000000000000>)' },
        })
        expectStatus(response, 412, 400)
      },
      { cite: 'RFC 4918 §9.10.2' },
    ),
    must(
      'protect the members of a collection locked at Depth infinity',
      'A lock of infinite depth covers all members, later ones as well.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        const response = await lock(t.owner, calendar, 'exclusive', { Depth: 'infinity' })
        if (response.status !== 200) t.skip(`LOCK of a calendar answers ${response.status}`)
        const token = expectHeader(response, 'lock-token').slice(1, -1)
        t.after(() => unlock(t.owner, calendar, token))
        expectStatus(await t.owner.delete(href), 423)
        expectStatus(await t.owner.put(`${calendar}new.ics`, simpleEvent(t.name())), 423)
        expectStatus(
          await t.owner.put(`${calendar}new.ics`, simpleEvent(t.name()), {
            If: `<${new URL(calendar, t.target.url).href}> (<${token}>)`,
          }),
          201,
        )
      },
      { cite: 'RFC 4918 §7.4, §9.10.3' },
    ),
    must(
      'protect the membership of a collection locked at Depth 0',
      'A lock on a collection alone keeps members from being added or removed.',
      async (t) => {
        const calendar = await t.calendar()
        const response = await lock(t.owner, calendar, 'exclusive', { Depth: '0' })
        if (response.status !== 200) t.skip(`LOCK of a calendar answers ${response.status}`)
        const token = expectHeader(response, 'lock-token').slice(1, -1)
        t.after(() => unlock(t.owner, calendar, token))
        expectStatus(await t.owner.put(`${calendar}new.ics`, simpleEvent(t.name())), 423)
      },
      { cite: 'RFC 4918 §7.4' },
    ),
    must(
      'give the lock a time it ends',
      'The timeout granted is told in lockdiscovery.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        const timeout = textOf(
          descend(await t.owner.property(href, 'D:lockdiscovery'), 'D:activelock', 'D:timeout'),
        )
        expectTrue(/^(Second-\d+|Infinite)$/i.test(timeout), 'The timeout has another form', timeout)
      },
      { cite: 'RFC 4918 §10.7' },
    ),
    must(
      'not copy the lock with the resource',
      'A lock is on a resource, not on its copies.',
      async (t) => {
        t.need('method:COPY')
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectStatus(await t.owner.copy(href, `${to}copy.ics`), 201)
        const locks = childrenOf(await t.owner.property(`${to}copy.ics`, 'D:lockdiscovery'), 'D:activelock')
        expectSame(locks.length, 0, 'The copy is locked')
      },
      { cite: 'RFC 4918 §7.6' },
    ),
    must(
      'end the lock when the resource is removed',
      'A removed resource has no locks.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        const token = await takeLock(t.owner, href)
        expectSuccess(await t.owner.delete(href, { If: `(<${token}>)` }))
        expectStatus(await t.owner.put(href, simpleEvent(uid)), 201)
        expectSuccess(await t.owner.put(href, simpleEvent(uid, 'Changed')))
      },
      { cite: 'RFC 4918 §9.6' },
    ),
    must(
      'refuse a LOCK body that is not well-formed with 400',
      'XML that is not well-formed is answered 400.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(
          await t.owner.request('LOCK', href, { depth: '0', body: '<D:lockinfo xmlns:D="DAV:">' }),
          400,
        )
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    must(
      'list what kinds of lock it offers',
      'supportedlock holds a lockentry for each kind.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const entries = childrenOf(await t.owner.property(href, 'D:supportedlock'), 'D:lockentry')
        expectTrue(
          entries.some((each) => descend(each, 'D:lockscope', 'D:exclusive')),
          'No exclusive lock is offered',
          entries.length,
        )
      },
      { cite: 'RFC 4918 §6.7, §15.10' },
    ),
    must(
      'keep another user from changing what is locked, token or not',
      'A token is of use to the one who took the lock.',
      async (t) => {
        t.need('user2')
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        expectTrue(
          (await t.other.delete(href, { If: `(<${token}>)` })).status >= 300,
          'Another user removed it',
        )
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 4918 §6.4' },
    ),
  ],
}
