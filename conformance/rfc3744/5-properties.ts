import { must, type Section, should } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectPropStatus,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { privilegesIn, privilegeTree } from '../fixtures/acl.ts'
import { requestPath, sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, childrenOf, hrefsIn, textOf } from '../xml/element.ts'

const abstract = [
  'D:read',
  'D:write',
  'D:write-properties',
  'D:write-content',
  'D:unlock',
  'D:read-acl',
  'D:read-current-user-privilege-set',
  'D:write-acl',
  'D:bind',
  'D:unbind',
  'D:all',
]
const protectedProperties = [
  'D:supported-privilege-set',
  'D:current-user-privilege-set',
  'D:acl',
  'D:acl-restrictions',
  'D:inherited-acl-set',
  'D:principal-collection-set',
]

/** The access control properties of resources (RFC 3744 §5). */
export const section: Section = {
  cite: 'RFC 3744 §5',
  title: 'Access control properties',
  needs: ['dav:access-control'],
  tests: [
    must(
      'name the owner of a calendar',
      'owner is the principal that owns the resource.',
      async (t) => {
        const [owner] = hrefsIn(await t.owner.property(await t.calendar(), 'D:owner'))
        expectTrue(
          owner !== undefined && sameHref(owner, t.owner.principal),
          'It is someone else',
          owner ?? 'nobody',
        )
      },
      { cite: 'RFC 3744 §5.1' },
    ),
    must(
      'name the owner of an object',
      'owner is defined on every resource.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const [owner] = hrefsIn(await t.owner.property(href, 'D:owner'))
        expectTrue(
          owner !== undefined && sameHref(owner, t.owner.principal),
          'It is someone else',
          owner ?? 'nobody',
        )
      },
      { cite: 'RFC 3744 §5.1' },
    ),
    must(
      'have all at the root of supported-privilege-set',
      'The privileges form a tree under DAV:all.',
      async (t) => {
        const set = await t.owner.property(await t.calendar(), 'D:supported-privilege-set')
        const [root] = childrenOf(set, 'D:supported-privilege')
        expectTrue(
          child(child(root, 'D:privilege'), 'D:all') !== undefined,
          'The root is another',
          root?.source.slice(0, 200),
        )
      },
      { cite: 'RFC 3744 §5.3' },
    ),
    must(
      'list the privileges of the standard',
      'Every privilege of RFC 3744 is in the tree.',
      async (t) => {
        const tree = privilegeTree(await t.owner.property(await t.calendar(), 'D:supported-privilege-set'))
        const missing = abstract.filter((name) => !tree.has(name))
        expectSame(missing.join(), '', 'Some are missing')
      },
      { cite: 'RFC 3744 §5.3' },
    ),
    must(
      'put the parts of write under it',
      'write contains bind, unbind, write-properties and write-content.',
      async (t) => {
        const tree = privilegeTree(await t.owner.property(await t.calendar(), 'D:supported-privilege-set'))
        const below = (name: string): string[] =>
          (tree.get(name) ?? []).flatMap((each) => [each, ...below(each)])
        const missing = ['D:bind', 'D:unbind', 'D:write-properties', 'D:write-content'].filter(
          (name) => !below('D:write').includes(name),
        )
        expectSame(missing.join(), '', 'Some are elsewhere')
      },
      { cite: 'RFC 3744 §3.12' },
    ),
    must(
      'describe every privilege in words',
      'Each supported privilege has a description with a language.',
      async (t) => {
        const set = await t.owner.property(await t.calendar(), 'D:supported-privilege-set')
        const [root] = childrenOf(set, 'D:supported-privilege')
        expectTrue(textOf(child(root, 'D:description')) !== '', 'There is no description')
      },
      { cite: 'RFC 3744 §5.3' },
    ),
    must(
      'tell the owner of a calendar that it may read and write',
      'current-user-privilege-set holds exactly what the user may do.',
      async (t) => {
        const privileges = privilegesIn(
          await t.owner.property(await t.calendar(), 'D:current-user-privilege-set'),
        )
        for (const name of [
          'D:read',
          'D:write',
          'D:write-content',
          'D:write-properties',
          'D:bind',
          'D:unbind',
        ]) {
          expectTrue(privileges.includes(name), `${name} is missing`, privileges.join(' '))
        }
      },
      { cite: 'RFC 3744 §5.4' },
    ),
    must(
      'list only privileges that are supported',
      'current-user-privilege-set draws on supported-privilege-set.',
      async (t) => {
        const href = await t.calendar()
        const tree = privilegeTree(await t.owner.property(href, 'D:supported-privilege-set'))
        const unknown = privilegesIn(await t.owner.property(href, 'D:current-user-privilege-set')).filter(
          (name) => !tree.has(name),
        )
        expectSame(unknown.join(), '', 'Some are not supported')
      },
      { cite: 'RFC 3744 §5.4' },
    ),
    must(
      'let the owner read the acl',
      'acl lists who may do what.',
      async (t) => {
        expectTrue((await t.owner.property(await t.calendar(), 'D:acl')) !== undefined, 'It is missing')
      },
      { cite: 'RFC 3744 §5.5' },
    ),
    must(
      'have a principal and a grant or deny in every ace',
      'An ace is about one principal and grants or denies.',
      async (t) => {
        for (const ace of childrenOf(await t.owner.property(await t.calendar(), 'D:acl'), 'D:ace')) {
          const who = child(ace, 'D:principal') ?? child(ace, 'D:invert')
          expectTrue(
            who !== undefined && (child(ace, 'D:grant') ?? child(ace, 'D:deny')) !== undefined,
            'An ace lacks a part',
            ace.source,
          )
        }
      },
      { cite: 'RFC 3744 §5.5' },
    ),
    must(
      'say what restricts its access control lists',
      'acl-restrictions is defined on every resource with an acl.',
      async (t) => {
        expectTrue(
          (await t.owner.property(await t.calendar(), 'D:acl-restrictions')) !== undefined,
          'It is missing',
        )
      },
      { cite: 'RFC 3744 §5.6' },
    ),
    must(
      'name where principals are',
      'principal-collection-set leads to the collections of principals.',
      async (t) => {
        const hrefs = hrefsIn(await t.owner.property(t.owner.home, 'D:principal-collection-set'))
        expectTrue(hrefs.length > 0, 'There is none')
        for (const href of hrefs)
          expectStatus(await t.owner.propfind(requestPath(href), ['D:resourcetype']), 207)
      },
      { cite: 'RFC 3744 §5.8' },
    ),
    ...protectedProperties.map((name) =>
      must(`refuse to set ${name}`, 'The property is protected.', async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, { [name]: '<X:x/>' })
        if (response.status !== 403)
          expectPropStatus(expectMember(expectMultistatus(response), href), name, 403)
      }),
    ),
    should(
      'leave access control properties out of allprop',
      'They are returned only when asked for.',
      async (t) => {
        const response = await t.owner.request('PROPFIND', await t.calendar(), { depth: '0' })
        expectTrue(!/supported-privilege-set/.test(response.text), 'allprop returned some')
      },
    ),
  ],
}
