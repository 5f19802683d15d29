import { may, must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectProp,
  expectPropStatus,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
  fail,
} from '../expect.ts'
import { sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { propOf } from '../multistatus.ts'
import { child, textOf } from '../xml/element.ts'
import { propNames, xml } from '../xml/write.ts'

const dead = 'X:colour-of-the-door'

/** PROPFIND (RFC 4918 §9.1). */
export const section: Section = {
  cite: 'RFC 4918 §9.1',
  title: 'PROPFIND',
  tests: [
    must(
      'answer 207 with the property that was asked for',
      'PROPFIND gives each named property with its value in a multistatus.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Asked for</D:displayname>')
        const found = expectMember(expectMultistatus(await t.owner.propfind(href, ['D:displayname'])), href)
        expectSame(textOf(expectProp(found, 'D:displayname')), 'Asked for', 'The display name differs')
      },
    ),
    must(
      'answer a property that does not exist with 404 in its propstat',
      'A named property the resource does not have is reported as 404, not left out.',
      async (t) => {
        const href = await t.calendar()
        const found = expectMember(
          expectMultistatus(await t.owner.propfind(href, [dead, 'D:resourcetype'])),
          href,
        )
        expectPropStatus(found, dead, 404)
        expectProp(found, 'D:resourcetype')
      },
    ),
    must(
      'speak of the resource alone at Depth 0',
      'Depth 0 limits PROPFIND to the request URI.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()))
        const { responses } = expectMultistatus(await t.owner.propfind(href, ['D:resourcetype']))
        expectSame(responses.length, 1, 'Another number of responses was expected')
        expectTrue(
          sameHref(responses[0]?.href ?? '', href),
          'The response is about something else',
          responses[0]?.href,
        )
      },
    ),
    must(
      'list the collection and its members at Depth 1',
      'Depth 1 covers the resource and its internal members.',
      async (t) => {
        const href = await t.calendar()
        const members = [
          await t.object(href, simpleEvent(t.name())),
          await t.object(href, simpleEvent(t.name())),
        ]
        const found = expectMultistatus(await t.owner.propfind(href, ['D:getetag'], '1'))
        for (const each of [href, ...members]) expectMember(found, each)
        expectSame(found.responses.length, 3, 'Another number of responses was expected')
      },
    ),
    must('leave members of members out at Depth 1', 'Depth 1 stops at the direct members.', async (t) => {
      const href = await t.calendar()
      const member = await t.object(href, simpleEvent(t.name()))
      const found = expectMultistatus(await t.owner.propfind(t.owner.home, ['D:resourcetype'], '1'))
      expectMember(found, href)
      expectTrue(
        !found.responses.some((each) => sameHref(each.href, member)),
        'A member of a member is listed',
      )
    }),
    must(
      'either answer Depth infinity in full or refuse it as propfind-finite-depth',
      'A server may refuse infinite depth, with 403 and that condition.',
      async (t) => {
        const href = await t.calendar()
        const member = await t.object(href, simpleEvent(t.name()))
        const response = await t.owner.propfind(href, ['D:resourcetype'], 'infinity')
        if (response.status === 207) expectMember(response.multistatus(), member)
        else expectCondition(response, 'D:propfind-finite-depth', [403])
      },
    ),
    must(
      'treat a missing Depth as infinity',
      'A request without Depth is handled as if it said infinity.',
      async (t) => {
        const href = await t.calendar()
        const member = await t.object(href, simpleEvent(t.name()))
        const body = xml('D:propfind', propNames(['D:resourcetype']))
        const response = await t.owner.request('PROPFIND', href, { body })
        if (response.status === 207) expectMember(response.multistatus(), member)
        else expectStatus(response, 403)
      },
      {
        why: 'Servers differ: RFC 4918 §9.1 says a PROPFIND without Depth acts as if infinity was given, so an answer for the collection alone hides its members.',
      },
    ),
    must('treat an empty body as a request for all properties', 'An empty body means allprop.', async (t) => {
      const href = await t.calendar('<D:displayname>All</D:displayname>')
      const response = await t.owner.request('PROPFIND', href, { depth: '0' })
      expectProp(expectMember(expectMultistatus(response), href), 'D:displayname')
    }),
    must(
      'return dead properties for allprop',
      'allprop asks for all dead properties and the live ones of RFC 4918.',
      async (t) => {
        const href = await t.calendar()
        expectStatus(await t.owner.proppatch(href, { [dead]: 'green' }), 207, 200)
        const response = await t.owner.request('PROPFIND', href, {
          depth: '0',
          body: xml('D:propfind', '<D:allprop/>'),
        })
        const found = expectMember(expectMultistatus(response), href)
        expectSame(textOf(expectProp(found, dead)), 'green', 'The dead property differs')
        expectProp(found, 'D:resourcetype')
      },
    ),
    must(
      'answer allprop on an object with getetag, getcontentlength and getcontenttype',
      'allprop includes the live properties RFC 4918 defines.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.request('PROPFIND', href, {
          depth: '0',
          body: xml('D:propfind', '<D:allprop/>'),
        })
        const found = expectMember(expectMultistatus(response), href)
        for (const name of ['D:getetag', 'D:getcontentlength', 'D:getcontenttype', 'D:resourcetype'])
          expectProp(found, name)
      },
    ),
    must(
      'add the properties of D:include to those of allprop',
      'include names live properties to be returned besides allprop.',
      async (t) => {
        const href = await t.calendar()
        const body = xml('D:propfind', '<D:allprop/><D:include><D:supported-report-set/></D:include>')
        const response = await t.owner.request('PROPFIND', href, { depth: '0', body })
        expectProp(expectMember(expectMultistatus(response), href), 'D:supported-report-set')
      },
    ),
    must(
      'list names without values for propname',
      'propname gives the names of all properties the resource has, each empty.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Only a name</D:displayname>')
        const response = await t.owner.request('PROPFIND', href, {
          depth: '0',
          body: xml('D:propfind', '<D:propname/>'),
        })
        const found = expectMember(expectMultistatus(response), href)
        expectSame(textOf(expectProp(found, 'D:displayname')), '', 'propname returned a value')
        expectSame(expectProp(found, 'D:resourcetype').children.length, 0, 'propname returned a value')
      },
    ),
    must(
      'answer 404 for a resource that does not exist',
      'PROPFIND of an unmapped URL is 404.',
      async (t) => {
        const href = `${await t.calendar()}nothing.ics`
        const response = await t.owner.propfind(href, ['D:getetag'])
        if (response.status === 207)
          expectSame(expectMember(response.multistatus(), href).status, 404, 'The status differs')
        else expectStatus(response, 404)
      },
    ),
    must(
      'refuse a PROPFIND body that is not well-formed with 400',
      'XML that is not well-formed is answered 400.',
      async (t) => {
        const body =
          '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag></D:prop></D:propfind>'
        expectStatus(await t.owner.request('PROPFIND', t.owner.home, { depth: '0', body }), 400)
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    must(
      'refuse a prefix that was never declared',
      'Bodies are to be namespace-well-formed; others are answered 400.',
      async (t) => {
        const body =
          '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><Q:getetag/></D:prop></D:propfind>'
        expectStatus(await t.owner.request('PROPFIND', t.owner.home, { depth: '0', body }), 400)
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    should(
      'refuse a root element that is not D:propfind',
      "A body of the wrong type is the client's mistake and answered 4xx.",
      async (t) => {
        expectRefusal(
          await t.owner.request('PROPFIND', t.owner.home, { depth: '0', body: xml('D:propertyupdate') }),
        )
      },
    ),
    must(
      'refuse a Depth that is none of 0, 1 and infinity',
      'Depth has three values only.',
      async (t) => {
        expectStatus(await t.owner.propfind(t.owner.home, ['D:resourcetype'], '2'), 400)
      },
      { cite: 'RFC 4918 §10.2' },
    ),
    must(
      'ignore elements it does not know inside propfind',
      'Unknown elements are treated as if they were not there.',
      async (t) => {
        const href = await t.calendar()
        const body = xml('D:propfind', `<X:hint><X:deep/></X:hint>${propNames(['D:resourcetype'])}`)
        const response = await t.owner.request('PROPFIND', href, { depth: '0', body })
        expectProp(expectMember(expectMultistatus(response), href), 'D:resourcetype')
      },
      { cite: 'RFC 4918 §17' },
    ),
    must(
      'tell properties apart by their namespace',
      'A property is its namespace and name together.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Namespaces</D:displayname>')
        const found = expectMember(expectMultistatus(await t.owner.propfind(href, ['X:displayname'])), href)
        expectPropStatus(found, 'X:displayname', 404)
      },
      { cite: 'RFC 4918 §4.5' },
    ),
    must(
      'understand the same body with other prefixes and a default namespace',
      'Prefixes mean nothing in themselves.',
      async (t) => {
        const href = await t.calendar()
        const body = '<propfind xmlns="DAV:" xmlns:q="DAV:"><q:prop><resourcetype/></q:prop></propfind>'
        const response = await t.owner.request('PROPFIND', href, { depth: '0', body })
        const type = expectProp(expectMember(expectMultistatus(response), href), 'D:resourcetype')
        if (!child(type, 'C:calendar')) fail('The resource type lacks C:calendar', 'C:calendar', type.source)
      },
      { cite: 'RFC 4918 §17' },
    ),
    should(
      'name no-external-entities for XML with an entity kept elsewhere',
      'A body that refers to an external entity is refused with this precondition.',
      async (t) => {
        const dtd = '<!DOCTYPE x [<!ENTITY far SYSTEM "http://127.0.0.1:1/far.xml">]>'
        const body = `${dtd}<D:propfind xmlns:D="DAV:"><D:prop><D:displayname>&far;</D:displayname></D:prop></D:propfind>`
        const response = await t.owner.request('PROPFIND', t.owner.home, { depth: '0', body })
        expectCondition(response, 'D:no-external-entities', [403])
      },
      {
        cite: 'RFC 4918 §16',
        why: 'RFC 4918 §16 gives this refusal a name of its own; a client that generates its XML can then tell what is wrong with it.',
      },
    ),
    must(
      'send a multistatus as application/xml or text/xml',
      'WebDAV bodies carry one of the XML media types.',
      async (t) => {
        const response = await t.owner.propfind(t.owner.home, ['D:resourcetype'])
        expectStatus(response, 207)
        expectTrue(
          /^(application|text)\/xml\b/i.test(response.header('content-type')),
          'The media type differs',
          response.header('content-type'),
        )
      },
      { cite: 'RFC 4918 §8.2' },
    ),
    must(
      'answer each href once',
      'Each href appears in one response element only.',
      async (t) => {
        const href = await t.calendar()
        for (let n = 0; n < 3; n++) await t.object(href, simpleEvent(t.name()))
        const { responses } = expectMultistatus(await t.owner.propfind(href, ['D:getetag'], '1'))
        const hrefs = responses.map((each) => each.href)
        expectSame(new Set(hrefs).size, hrefs.length, 'An href is repeated')
      },
      { cite: 'RFC 4918 §14.24' },
    ),
    may(
      'group what it answers by status, one propstat for each',
      'Properties of one status share a propstat.',
      async (t) => {
        const href = await t.calendar()
        const names = ['D:resourcetype', 'D:displayname', dead, 'X:other', 'D:getetag']
        const found = expectMember(expectMultistatus(await t.owner.propfind(href, names)), href)
        const statuses = found.propstats.map((each) => each.status)
        expectSame(new Set(statuses).size, statuses.length, 'A status has several propstats')
        expectTrue(propOf(found, 'D:resourcetype') !== undefined, 'resourcetype is missing')
      },
      { cite: 'RFC 4918 §14.22' },
    ),
  ],
}
