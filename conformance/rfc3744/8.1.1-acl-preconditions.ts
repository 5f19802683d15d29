import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { deny, grant, setAcl } from '../fixtures/acl.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, findAll } from '../xml/element.ts'
import { qualified } from '../xml/names.ts'
import { escapeXml, xml } from '../xml/write.ts'

/** Skips unless the calendar has this restriction on its access control lists. */
async function restricted(t: TestContext, restriction: string): Promise<string> {
  const href = await t.calendar()
  const restrictions = await t.owner.property(href, 'D:acl-restrictions')
  return child(restrictions, restriction) ? href : t.skip(`acl-restrictions lacks ${restriction}`)
}

/** The preconditions of ACL (RFC 3744 §8.1.1). */
export const section: Section = {
  cite: 'RFC 3744 §8.1.1',
  title: 'Preconditions of ACL',
  needs: ['dav:access-control', 'method:ACL', 'user2'],
  tests: [
    must(
      'name grant-only for an ace that denies, where denying is not offered',
      'With the restriction grant-only no ace denies.',
      async (t) => {
        const href = await restricted(t, 'D:grant-only')
        expectCondition(await setAcl(t.owner, href, deny(t.other.principal, 'D:read')), 'D:grant-only')
      },
    ),
    must(
      'name no-invert for an inverted ace, where inverting is not offered',
      'With the restriction no-invert no ace is inverted.',
      async (t) => {
        const href = await restricted(t, 'D:no-invert')
        const principal = `<D:invert><D:principal><D:href>${escapeXml(t.other.principal)}</D:href></D:principal></D:invert>`
        const body = xml(
          'D:acl',
          `<D:ace>${principal}<D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`,
        )
        expectCondition(await t.owner.request('ACL', href, { body }), 'D:no-invert')
      },
    ),
    must(
      'name deny-before-grant for a deny after a grant, where the order matters',
      'With the restriction deny-before-grant denials come first.',
      async (t) => {
        const href = await restricted(t, 'D:deny-before-grant')
        expectCondition(
          await setAcl(t.owner, href, grant(t.other.principal, 'D:read'), deny(t.other.principal, 'D:write')),
          'D:deny-before-grant',
        )
      },
    ),
    must(
      'deny what is denied, where denying is offered',
      'An ace that denies keeps its principal from the privilege.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const restrictions = await t.owner.property(href, 'D:acl-restrictions')
        if (child(restrictions, 'D:grant-only')) return t.skip('acl-restrictions has grant-only')
        const response = await setAcl(
          t.owner,
          href,
          deny(t.other.principal, 'D:write'),
          grant('<D:authenticated/>', 'D:read', 'D:write'),
        )
        if (response.status !== 200) return t.skip(`ACL answers ${response.status}`)
        expectTrue((await t.other.delete(object)).status >= 400, 'It was allowed')
      },
      { cite: 'RFC 3744 §6' },
    ),
    must(
      "name no-protected-ace-conflict or keep the owner's access when the owner is denied",
      'Aces that protect the owner cannot be undone.',
      async (t) => {
        const href = await t.calendar()
        await setAcl(t.owner, href, deny(t.owner.principal, 'D:all'))
        expectStatus(await t.owner.propfind(href, ['D:resourcetype']), 207)
      },
    ),
    must(
      'name no-abstract for a privilege that is abstract',
      'An abstract privilege only gathers others and cannot be granted by itself.',
      async (t) => {
        const href = await t.calendar()
        const tree = findAll(
          await t.owner.property(href, 'D:supported-privilege-set'),
          'D:supported-privilege',
        )
        const [abstract] = tree.filter((each) => child(each, 'D:abstract') !== undefined)
        const [privilege] = child(abstract, 'D:privilege')?.children ?? []
        if (privilege === undefined) return t.skip('no privilege is abstract here')
        const ace = grant(t.other.principal, qualified(privilege.name))
        expectCondition(await setAcl(t.owner, href, ace), 'D:no-abstract')
      },
    ),
    must(
      'name missing-required-principal for a list without a principal that is required',
      'With the restriction required-principal a list names those principals.',
      async (t) => {
        const href = await restricted(t, 'D:required-principal')
        const response = await setAcl(t.owner, href, grant(t.other.principal, 'D:read'))
        expectCondition(response, 'D:missing-required-principal')
      },
    ),
    must(
      'take both a grant and a denial of one privilege, or name no-ace-conflict',
      'Aces that exclude each other are refused by this name, if at all.',
      async (t) => {
        const href = await t.calendar()
        const restrictions = await t.owner.property(href, 'D:acl-restrictions')
        if (child(restrictions, 'D:grant-only')) return t.skip('acl-restrictions has grant-only')
        const aces = [deny(t.other.principal, 'D:write'), grant(t.other.principal, 'D:write')]
        const response = await setAcl(t.owner, href, ...aces)
        if (response.status !== 200) expectCondition(response, 'D:no-ace-conflict')
      },
    ),
    must(
      'take two thousand aces, or name limited-number-of-aces',
      'A list that is too long is refused by this name and changes nothing.',
      async (t) => {
        const href = await t.calendar()
        const aces = Array.from({ length: 2000 }, () => grant(t.other.principal, 'D:read'))
        const response = await setAcl(t.owner, href, ...aces)
        const isRead = (await t.other.propfind(href, ['D:resourcetype'])).status === 207
        if (response.status !== 200) expectCondition(response, 'D:limited-number-of-aces')
        expectSame(isRead, response.status === 200, 'The answer and what was done differ')
      },
      {
        why: 'RFC 3744 §8.1.1 has a name for lists that are too long, and §8.1 has an ACL request succeed or fail as a whole; anything else leaves a user guessing who may read.',
      },
    ),
    must(
      'refuse an ace without a privilege',
      'An ace grants or denies at least one privilege.',
      async (t) => {
        const response = await setAcl(t.owner, await t.calendar(), grant(t.other.principal))
        expectTrue(response.status >= 400 && response.status < 500, 'It was accepted', response.status)
      },
      { cite: 'RFC 3744 §8.1' },
    ),
  ],
}
