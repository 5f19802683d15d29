import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectRefusal, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { grant, privilegesIn, setAcl } from '../fixtures/acl.ts'
import { sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, childrenOf, hrefsIn } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

/** A calendar on which the second user was granted privileges. */
async function granted(t: TestContext, ...privileges: string[]): Promise<string> {
  const href = await t.calendar()
  const { status } = await setAcl(t.owner, href, grant(t.other.principal, ...privileges))
  return status === 200 ? href : t.skip(`ACL refuses a grant with ${status}`)
}

const rights: readonly (readonly [privilege: string, can: readonly string[], cannot: readonly string[]])[] = [
  ['D:read', ['GET', 'PROPFIND'], ['PUT', 'PROPPATCH', 'DELETE', 'CREATE']],
  ['D:write', ['PUT', 'PROPPATCH', 'DELETE', 'CREATE'], []],
  ['D:write-content', ['PUT'], ['DELETE', 'CREATE']],
  ['D:bind', ['CREATE'], ['PUT', 'DELETE']],
  ['D:unbind', ['DELETE'], ['PUT', 'CREATE']],
  ['D:write-properties', ['PROPPATCH'], ['PUT', 'DELETE', 'CREATE']],
]

async function attempt(t: TestContext, action: string, href: string, uid: string): Promise<number> {
  const object = `${href}shared.ics`
  switch (action) {
    case 'GET':
      return (await t.other.get(object)).status
    case 'PROPFIND':
      return (await t.other.propfind(href, ['D:displayname'], '1')).status
    case 'PUT':
      return (await t.other.put(object, simpleEvent(uid, 'Changed'))).status
    case 'PROPPATCH': {
      const response = await t.other.proppatch(href, { 'X:note': 'x' })
      return response.status === 207 && /HTTP\/1\.1 4/.test(response.text) ? 403 : response.status
    }
    case 'DELETE':
      return (await t.other.delete(object)).status
    default:
      return (await t.other.put(`${href}new.ics`, simpleEvent(t.name()))).status
  }
}

/** The ACL method (RFC 3744 §8.1) and what privileges allow (§3). */
export const section: Section = {
  cite: 'RFC 3744 §8.1',
  title: 'ACL',
  needs: ['dav:access-control', 'method:ACL', 'user2'],
  tests: [
    ...rights.flatMap(([privilege, can, cannot]) => [
      ...can.map((action) =>
        must(
          `let a user with read and ${privilege} alone do ${action}`,
          'A privilege that is granted lets its holder act.',
          async (t) => {
            const uid = t.name()
            const href = await granted(t, 'D:read', privilege)
            await t.object(href, simpleEvent(uid), 'shared.ics')
            const status = await attempt(t, action, href, uid)
            expectTrue(status >= 200 && status < 300, 'It was refused', status)
          },
          { cite: 'RFC 3744 §3' },
        ),
      ),
      ...cannot.map((action) =>
        must(
          `keep a user with read and ${privilege} alone from ${action}`,
          'What is not granted is refused.',
          async (t) => {
            const uid = t.name()
            const href = await granted(t, 'D:read', privilege)
            await t.object(href, simpleEvent(uid), 'shared.ics')
            const status = await attempt(t, action, href, uid)
            expectTrue(status >= 300 && status < 500, 'It was not refused', status)
          },
          { cite: 'RFC 3744 §3' },
        ),
      ),
    ]),
    must('grant a privilege to another user', 'ACL sets the access control list given to it.', async (t) => {
      const response = await setAcl(t.owner, await t.calendar(), grant(t.other.principal, 'D:read'))
      expectStatus(response, 200)
    }),
    must(
      'name need-privileges with the resource and the privilege',
      'A refusal for want of privileges says which.',
      async (t) => {
        const href = await granted(t, 'D:read')
        await t.object(href, simpleEvent(t.name()), 'shared.ics')
        const response = await t.other.delete(`${href}shared.ics`)
        expectStatus(response, 403)
        const condition = response.conditionElements().find((each) => each.name === '{DAV:}need-privileges')
        const [resource] = childrenOf(condition, 'D:resource')
        expectTrue(
          hrefsIn(resource).length === 1 && child(resource, 'D:privilege') !== undefined,
          'The condition lacks a part',
          response.text,
        )
      },
      { cite: 'RFC 3744 §7.1.1' },
    ),
    must(
      'show the new list in the acl property',
      'ACL replaces the list, and the property shows it.',
      async (t) => {
        const href = await granted(t, 'D:read')
        const aces = childrenOf(await t.owner.property(href, 'D:acl'), 'D:ace')
        const found = aces.find((ace) =>
          hrefsIn(child(ace, 'D:principal')).some((each) => sameHref(each, t.other.principal)),
        )
        expectTrue(found !== undefined, 'The ace is missing')
        expectTrue(
          privilegesIn(child(found, 'D:grant')).includes('D:read'),
          'The privilege is missing',
          found.source,
        )
      },
    ),
    must('replace the list, not add to it', 'Aces that are not in the new list are gone.', async (t) => {
      const href = await granted(t, 'D:read')
      expectStatus(await t.other.propfind(href, ['D:displayname']), 207)
      expectStatus(await setAcl(t.owner, href), 200)
      const response = await t.other.propfind(href, ['D:displayname'])
      expectTrue(response.status >= 300, 'The grant is still in force', response.status)
    }),
    must(
      'tell the other user its privileges',
      'current-user-privilege-set is about the one who asks.',
      async (t) => {
        const privileges = privilegesIn(
          await t.other.property(await granted(t, 'D:read'), 'D:current-user-privilege-set'),
        )
        expectTrue(privileges.includes('D:read'), 'read is missing', privileges.join())
        expectTrue(
          !privileges.some((name) => /write|bind|^D:all$/.test(name.replace('acl', ''))),
          'More is listed',
          privileges.join(),
        )
      },
      { cite: 'RFC 3744 §5.4' },
    ),
    must(
      'leave the owner able to act after any ACL',
      'The aces that protect the owner are not removed.',
      async (t) => {
        const href = await granted(t, 'D:read')
        expectStatus(await t.owner.put(`${href}mine.ics`, simpleEvent(t.name())), 201)
        expectStatus(await setAcl(t.owner, href), 200)
      },
    ),
    must(
      'keep others from changing the list',
      'ACL needs write-acl.',
      async (t) => {
        const href = await granted(t, 'D:read', 'D:write')
        expectRefusal(await setAcl(t.other, href, grant(t.other.principal, 'D:all')))
      },
      { cite: 'RFC 3744 §3.9' },
    ),
    must(
      'grant to everybody who is known by DAV:authenticated',
      'authenticated stands for all users with an account.',
      async (t) => {
        const href = await t.calendar()
        const response = await setAcl(t.owner, href, grant('<D:authenticated/>', 'D:read'))
        if (response.status !== 200)
          return t.skip(`grants to authenticated are refused with ${response.status}`)
        expectStatus(await t.other.propfind(href, ['D:displayname']), 207)
      },
      { cite: 'RFC 3744 §5.5.1' },
    ),
    must(
      'name recognized-principal for a principal that does not exist',
      'An ace names a principal the server knows.',
      async (t) => {
        const response = await setAcl(
          t.owner,
          await t.calendar(),
          grant(`${t.owner.principal.replace(/\/$/, '')}-nobody/`, 'D:read'),
        )
        expectStatus(response, 403, 409)
        const named = response.conditions()
        expectTrue(
          named.includes('D:recognized-principal') || named.includes('D:allowed-principal'),
          'The condition is not named',
          named.join() || 'none',
        )
      },
      { cite: 'RFC 3744 §8.1.1' },
    ),
    must(
      'name not-supported-privilege for a privilege that does not exist',
      'An ace holds supported privileges only.',
      async (t) => {
        const response = await setAcl(t.owner, await t.calendar(), grant(t.other.principal, 'X:fly'))
        expectStatus(response, 403, 409)
        expectTrue(
          response.conditions().includes('D:not-supported-privilege'),
          'The condition is not named',
          response.conditions().join() || 'none',
        )
      },
      {
        cite: 'RFC 3744 §8.1.1',
        why: 'RFC 3744 §8.1.1 lists this precondition for a privilege the resource does not support; a client cannot tell otherwise what was wrong with its list.',
      },
    ),
    must('change nothing when it refuses the list', 'A refused ACL leaves the list as it was.', async (t) => {
      const href = await granted(t, 'D:read')
      await setAcl(t.owner, href, grant(t.other.principal, 'X:fly'))
      expectStatus(await t.other.propfind(href, ['D:displayname']), 207)
    }),
    must('refuse a body that is not an acl', 'The body of ACL is DAV:acl.', async (t) => {
      expectRefusal(await t.owner.request('ACL', await t.calendar(), { body: xml('D:propertyupdate') }))
    }),
    must(
      'let a grant on a calendar reach its objects',
      'Objects take their access from their calendar.',
      async (t) => {
        const href = await granted(t, 'D:read')
        const object = await t.object(href, simpleEvent(t.name()))
        expectStatus(await t.other.get(object), 200)
        expectSame((await t.third.get(object)).status >= 300, true, 'Someone else can read it')
      },
      { needs: ['user3'], cite: 'RFC 3744 §5.5' },
    ),
  ],
}
