import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectStatus, expectTrue } from '../expect.ts'
import { grant, privilegeTree, setAcl } from '../fixtures/acl.ts'
import { takeLock, unlock } from '../fixtures/locks.ts'
import { simpleEvent } from '../ical/build.ts'
import { hrefsIn } from '../xml/element.ts'

async function granted(t: TestContext, ...privileges: string[]): Promise<string> {
  const href = await t.calendar()
  const { status } = await setAcl(t.owner, href, grant(t.other.principal, ...privileges))
  return status === 200 ? href : t.skip(`ACL refuses a grant with ${status}`)
}

/** What methods need (RFC 3744 §7, §3). */
export const section: Section = {
  cite: 'RFC 3744 §7',
  title: 'Methods and privileges',
  needs: ['dav:access-control', 'method:ACL', 'user2'],
  tests: [
    must(
      'announce access-control in OPTIONS of a calendar',
      'Resources with access control say so in the DAV header.',
      async (t) => {
        expectTrue(
          (await t.owner.options(await t.calendar())).list('dav').includes('access-control'),
          'It is missing',
        )
      },
      { cite: 'RFC 3744 §7.2' },
    ),
    must(
      'keep a user without read from GET, PROPFIND and REPORT',
      'read controls all that only reads.',
      async (t) => {
        const href = await granted(t, 'D:write-properties')
        const object = await t.object(href, simpleEvent(t.name(), 'Secret'))
        expectTrue(!(await t.other.get(object)).text.includes('Secret'), 'It was read')
        expectTrue((await t.other.get(object)).status >= 400, 'It was answered')
      },
      { cite: 'RFC 3744 §3.1' },
    ),
    must(
      'keep a user without unbind from moving an object away',
      'MOVE needs unbind on the source collection.',
      async (t) => {
        t.need('method:MOVE')
        const href = await granted(t, 'D:read')
        const object = await t.object(href, simpleEvent(t.name()))
        const response = await t.other.move(object, `${await t.calendar('', t.other)}stolen.ics`)
        expectTrue(response.status >= 400 && response.status < 500, 'It was moved', response.status)
        expectStatus(await t.owner.get(object), 200)
      },
      { cite: 'RFC 3744 §7.3' },
    ),
    must(
      'let a user with read copy an object into a calendar of its own',
      'COPY needs read on the source and bind on the destination.',
      async (t) => {
        t.need('method:COPY')
        const href = await granted(t, 'D:read')
        const object = await t.object(href, simpleEvent(t.name()))
        expectStatus(await t.other.copy(object, `${await t.calendar('', t.other)}copy.ics`), 201)
      },
      { cite: 'RFC 3744 §7.4' },
    ),
    must(
      'keep a user without bind from copying into a calendar',
      'COPY needs bind on the destination collection.',
      async (t) => {
        t.need('method:COPY')
        const href = await granted(t, 'D:read')
        const mine = `${await t.calendar('', t.other)}mine.ics`
        await t.other.put(mine, simpleEvent(t.name()))
        const response = await t.other.copy(mine, `${href}planted.ics`)
        expectTrue(response.status >= 400 && response.status < 500, 'It was copied', response.status)
      },
      { cite: 'RFC 3744 §7.4' },
    ),
    must(
      'let a user with unlock end the lock of another',
      'unlock lets a user end locks that are not its own.',
      async (t) => {
        t.need('method:LOCK')
        const href = await granted(t, 'D:read', 'D:unlock')
        const object = await t.object(href, simpleEvent(t.name()))
        const token = await takeLock(t.owner, object)
        t.after(() => unlock(t.owner, object, token))
        expectStatus(await unlock(t.other, object, token), 204)
      },
      { cite: 'RFC 3744 §3.5' },
    ),
    must(
      'have group-member-set only where it has members to tell',
      'The property lists the members of a group, as hrefs of principals.',
      async (t) => {
        const set = await t.owner.property(t.owner.principal, 'D:group-member-set')
        expectTrue(
          hrefsIn(set).every((each) => each.startsWith('/') || /^https?:/.test(each)),
          'A member is no href',
          set?.source,
        )
      },
      { cite: 'RFC 3744 §4.3' },
    ),
    must(
      'put write-acl and read-acl under all, not under write',
      'Changing access is not a part of write.',
      async (t) => {
        const tree = privilegeTree(await t.owner.property(await t.calendar(), 'D:supported-privilege-set'))
        const below = (name: string): string[] =>
          (tree.get(name) ?? []).flatMap((each) => [each, ...below(each)])
        expectTrue(below('D:all').includes('D:write-acl'), 'write-acl is elsewhere')
        expectTrue(
          !below('D:write').includes('D:write-acl') && !below('D:write').includes('D:read'),
          'write holds too much',
          below('D:write').join(),
        )
      },
      { cite: 'RFC 3744 §3.12' },
    ),
  ],
}
