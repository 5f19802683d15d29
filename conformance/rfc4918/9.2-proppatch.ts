import type { TestContext } from '../engine/context.ts'
import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectPropStatus,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, textOf } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

const name = 'X:note'

/** Sets the test's property and requires the PROPPATCH to say it worked. */
async function set(t: TestContext, href: string, value: string): Promise<void> {
  const response = await t.owner.proppatch(href, { [name]: value })
  if (response.status !== 200) expectPropStatus(expectMember(expectMultistatus(response), href), name, 200)
}

/** PROPPATCH (RFC 4918 §9.2). */
export const section: Section = {
  cite: 'RFC 4918 §9.2',
  title: 'PROPPATCH',
  tests: [
    must(
      'store a property it has never heard of on a collection',
      'Servers store dead properties given to them.',
      async (t) => {
        const href = await t.calendar()
        await set(t, href, 'kept')
        expectSame(await t.owner.propertyText(href, name), 'kept', 'The value differs')
      },
    ),
    should(
      'store a property it has never heard of on an object',
      'Dead properties can be set on every resource.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        await set(t, href, 'kept')
        expectSame(await t.owner.propertyText(href, name), 'kept', 'The value differs')
      },
      {
        why: 'Many servers keep properties on collections only; RFC 4918 §9.2 speaks of any resource and recommends arbitrary dead properties.',
      },
    ),
    must(
      'replace the value of a property that is set again',
      'Setting a property that exists replaces its value.',
      async (t) => {
        const href = await t.calendar()
        await set(t, href, '<X:old a="1"/>')
        await set(t, href, '<X:new/>')
        const children = (await t.owner.property(href, name))?.children ?? []
        expectSame(
          children.map((each) => each.name).join(),
          '{urn:example:conformance}new',
          'The value was not replaced',
        )
      },
    ),
    must('remove a property', 'remove takes the property away.', async (t) => {
      const href = await t.calendar()
      await set(t, href, 'to go')
      const response = await t.owner.proppatch(href, {}, [name])
      expectPropStatus(expectMember(expectMultistatus(response), href), name, 200, 204)
      expectSame(await t.owner.property(href, name), undefined, 'The property is still there')
    }),
    must(
      'take the removal of a property that is not there for done',
      'Removing what does not exist is not an error.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, {}, ['X:never-there'])
        expectPropStatus(expectMember(expectMultistatus(response), href), 'X:never-there', 200, 204)
      },
      { cite: 'RFC 4918 §14.23' },
    ),
    must(
      'carry out set and remove in the order of the document',
      'Instructions are processed in document order.',
      async (t) => {
        const href = await t.calendar()
        const part = (tag: string, inside: string): string =>
          `<D:${tag}><D:prop>${inside}</D:prop></D:${tag}>`
        const body = xml(
          'D:propertyupdate',
          part('set', '<X:a>1</X:a>') +
            part('remove', '<X:a/>') +
            part('set', '<X:b>1</X:b>') +
            part('set', '<X:b>2</X:b>'),
        )
        expectStatus(await t.owner.request('PROPPATCH', href, { body }), 207, 200)
        expectSame(await t.owner.property(href, 'X:a'), undefined, 'The removal came after the setting')
        expectSame(await t.owner.propertyText(href, 'X:b'), '2', 'The last value is the one that counts')
      },
    ),
    must(
      'change nothing when one change is refused',
      'Either all instructions are carried out or none.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, { [name]: 'must not stay', 'D:getetag': '"forged"' })
        const found = expectMember(expectMultistatus(response), href)
        expectPropStatus(found, 'D:getetag', 403, 409)
        expectPropStatus(found, name, 424)
        expectSame(await t.owner.property(href, name), undefined, 'A part of a refused change was kept')
      },
    ),
    must(
      'name cannot-modify-protected-property when a protected property is set',
      'A change of a protected property fails with 403 and that condition.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.proppatch(href, { 'D:getetag': '"forged"' })
        if (response.status !== 207)
          return expectCondition(response, 'D:cannot-modify-protected-property', [403])
        const found = expectMember(response.multistatus(), href)
        expectPropStatus(found, 'D:getetag', 403)
        const errors = [found.error, ...found.propstats.map((each) => each.error)]
        expectTrue(
          errors.some((each) => child(each, 'D:cannot-modify-protected-property')),
          'The condition is not named',
        )
      },
      { cite: 'RFC 4918 §16' },
    ),
    must(
      'keep nested elements, attributes and namespaces of a value',
      'A value is XML; its structure, attributes and names are kept.',
      async (t) => {
        const href = await t.calendar()
        await set(t, href, '<X:outer X:mark="yes" plain="&lt;&amp;&quot;"><C:inner/>tail</X:outer>')
        const outer = child(await t.owner.property(href, name), 'X:outer')
        expectSame(
          outer?.attributes.get('{urn:example:conformance}mark'),
          'yes',
          'A qualified attribute differs',
        )
        expectSame(outer?.attributes.get('plain'), '<&"', 'An attribute differs')
        expectTrue(child(outer, 'C:inner') !== undefined, 'The inner element is missing')
        expectSame(outer?.text, 'tail', 'The text differs')
      },
      {
        cite: 'RFC 4918 §4.3',
        why: 'RFC 4918 §4.3 lists prefix-independent names, attributes and children as what a server must preserve; servers that store text with the prefixes of one request lose them.',
      },
    ),
    must(
      'keep the whitespace inside a value',
      'Whitespace in a value is part of it.',
      async (t) => {
        const href = await t.calendar()
        await set(t, href, '  two  spaces  ')
        expectSame((await t.owner.property(href, name))?.text, '  two  spaces  ', 'The whitespace differs')
      },
      { cite: 'RFC 4918 §4.3' },
    ),
    must(
      'keep characters of every plane',
      'Values are Unicode text.',
      async (t) => {
        const href = await t.calendar()
        await set(t, href, 'Grüße 日本 𝄞 ﷺ')
        expectSame(await t.owner.propertyText(href, name), 'Grüße 日本 𝄞 ﷺ', 'The text differs')
      },
      { cite: 'RFC 4918 §4.3, §19' },
    ),
    must(
      'keep xml:lang of a value',
      'The language in force for a value is kept with it.',
      async (t) => {
        const href = await t.calendar()
        const body = xml(
          'D:propertyupdate',
          '<D:set><D:prop><X:note xml:lang="de">Notiz</X:note></D:prop></D:set>',
        )
        expectStatus(await t.owner.request('PROPPATCH', href, { body }), 207, 200)
        const found = await t.owner.property(href, name)
        expectSame(
          found?.attributes.get('{http://www.w3.org/XML/1998/namespace}lang'),
          'de',
          'The language is lost',
        )
      },
      {
        cite: 'RFC 4918 §4.3',
        why: 'RFC 4918 §4.3 requires the language information of a value to be kept with it; few servers look at xml:lang at all.',
      },
    ),
    must(
      'keep a property that has no namespace',
      'A name in no namespace is a name like others.',
      async (t) => {
        const href = await t.calendar()
        const body =
          '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><bare xmlns="">1</bare></D:prop></D:set></D:propertyupdate>'
        expectStatus(await t.owner.request('PROPPATCH', href, { body }), 207, 200)
        const ask = '<D:propfind xmlns:D="DAV:"><D:prop><bare xmlns=""/></D:prop></D:propfind>'
        const response = expectMultistatus(await t.owner.request('PROPFIND', href, { depth: '0', body: ask }))
        const props = response.responses[0]?.propstats.find((each) => each.status === 200)?.props ?? []
        expectSame(textOf(props.find((each) => each.name === '{}bare')), '1', 'The value differs')
      },
      {
        why: 'A property name is a namespace and a local part, and RFC 4918 §21.1 allows names outside any namespace; servers that demand a prefix refuse them.',
      },
    ),
    must(
      'keep two properties of one name and different namespaces apart',
      'Names are qualified by their namespaces.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Real</D:displayname>')
        expectStatus(await t.owner.proppatch(href, { 'X:displayname': 'Other' }), 207, 200)
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'Real', 'The display name differs')
        expectSame(await t.owner.propertyText(href, 'X:displayname'), 'Other', 'The value differs')
      },
      { cite: 'RFC 4918 §4.5' },
    ),
    must(
      'store an empty value',
      'A property may be empty, which is not the same as absent.',
      async (t) => {
        const href = await t.calendar()
        await set(t, href, '')
        expectTrue((await t.owner.property(href, name)) !== undefined, 'The empty property is not there')
      },
      { cite: 'RFC 4918 §4.2' },
    ),
    should(
      'let the display name of a collection be changed',
      'displayname is for people and not protected.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Before</D:displayname>')
        expectStatus(await t.owner.proppatch(href, { 'D:displayname': 'After' }), 207, 200)
        expectSame(await t.owner.propertyText(href, 'D:displayname'), 'After', 'The display name differs')
      },
      { cite: 'RFC 4918 §15.2' },
    ),
    must(
      'answer 404 for a resource that does not exist',
      'There is nothing to patch at an unmapped URL.',
      async (t) => {
        expectStatus(await t.owner.proppatch(`${await t.calendar()}nothing/`, { [name]: 'x' }), 404)
      },
    ),
    must(
      'refuse a PROPPATCH body that is not well-formed with 400',
      'XML that is not well-formed is answered 400.',
      async (t) => {
        const href = await t.calendar()
        expectStatus(
          await t.owner.request('PROPPATCH', href, { body: '<D:propertyupdate xmlns:D="DAV:"><D:set>' }),
          400,
        )
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    must('refuse a request without a body', 'A PROPPATCH carries a propertyupdate.', async (t) => {
      expectRefusal(await t.owner.request('PROPPATCH', await t.calendar()))
    }),
    must(
      'ignore elements it does not know between its instructions',
      'Unknown elements are treated as if they were not there.',
      async (t) => {
        const href = await t.calendar()
        const body = xml(
          'D:propertyupdate',
          '<X:hint/><D:set><X:why/><D:prop><X:note>set</X:note></D:prop></D:set>',
        )
        expectStatus(await t.owner.request('PROPPATCH', href, { body }), 207, 200)
        expectSame(await t.owner.propertyText(href, name), 'set', 'The value differs')
      },
      { cite: 'RFC 4918 §17' },
    ),
  ],
}
