import { must, type Section } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectProp,
  expectRefusal,
  expectSame,
  expectTrue,
} from '../expect.ts'
import { sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { child, childrenOf, findAll, textOf } from '../xml/element.ts'
import { qualified } from '../xml/names.ts'
import { xml } from '../xml/write.ts'

const ask = (inside: string): string => xml('D:expand-property', inside)

/** expand-property and supported-report-set (RFC 3253 §3.1.5, §3.8). */
export const section: Section = {
  cite: 'RFC 3253 §3.8',
  title: 'expand-property',
  tests: [
    must(
      'give the properties of what an href names in place of the href',
      'Each href in a property is replaced by a response for the resource it names.',
      async (t) => {
        const body = ask('<D:property name="owner"><D:property name="displayname"/></D:property>')
        const href = await t.calendar()
        const found = expectMember(expectMultistatus(await t.owner.report(href, body, { depth: '0' })), href)
        const response = child(expectProp(found, 'D:owner'), 'D:response')
        expectTrue(
          sameHref(textOf(child(response, 'D:href')), t.owner.principal),
          'Another resource was given',
          response?.source ?? 'none',
        )
        expectTrue(
          findAll(response, 'D:displayname').some((each) => textOf(each) !== ''),
          'The name is missing',
          response?.source,
        )
      },
      { needs: ['report:D:expand-property'] },
    ),
    must(
      'give a property without inner properties as it is',
      'A property element without children is answered like PROPFIND does.',
      async (t) => {
        const href = await t.calendar('<D:displayname>Plain</D:displayname>')
        const response = await t.owner.report(href, ask('<D:property name="displayname"/>'), { depth: '0' })
        expectSame(
          textOf(expectProp(expectMember(expectMultistatus(response), href), 'D:displayname')),
          'Plain',
          'The value differs',
        )
      },
      { needs: ['report:D:expand-property'] },
    ),
    must(
      'understand properties of other namespaces',
      'namespace names the namespace of the property.',
      async (t) => {
        const body = ask(
          '<D:property name="calendar-home-set" namespace="urn:ietf:params:xml:ns:caldav"><D:property name="resourcetype"/></D:property>',
        )
        const response = await t.owner.report(t.owner.principal, body, { depth: '0' })
        const set = expectProp(
          expectMember(expectMultistatus(response), t.owner.principal),
          'C:calendar-home-set',
        )
        expectTrue(findAll(set, 'D:collection').length > 0, 'The home was not expanded', set.source)
      },
      {
        needs: ['principal-report:D:expand-property'],
        why: 'RFC 3253 §3.8 expands the hrefs of every property named, and its namespace attribute says which; macOS asks so for the delegates of a principal.',
      },
    ),
    must(
      'expand to any depth asked for',
      'Properties can be nested.',
      async (t) => {
        const inner = '<D:property name="principal-URL"><D:property name="displayname"/></D:property>'
        const href = await t.calendar()
        const response = await t.owner.report(href, ask(`<D:property name="owner">${inner}</D:property>`), {
          depth: '0',
        })
        const owner = expectProp(expectMember(expectMultistatus(response), href), 'D:owner')
        expectTrue(findAll(owner, 'D:response').length === 2, 'It was not expanded twice', owner.source)
      },
      { needs: ['report:D:expand-property'] },
    ),
    must(
      'work where there is nothing to expand',
      'A property without hrefs stays without responses.',
      async (t) => {
        const body = ask('<D:property name="group-membership"><D:property name="displayname"/></D:property>')
        const response = await t.owner.report(t.owner.principal, body, { depth: '0' })
        expectMember(expectMultistatus(response), t.owner.principal)
      },
      { needs: ['principal-report:D:expand-property'] },
    ),
    must(
      'name every report of a resource in supported-report-set',
      'The property lists the reports that work.',
      async (t) => {
        const set = await t.owner.property(await t.calendar(), 'D:supported-report-set')
        const reports = childrenOf(set, 'D:supported-report').map(
          (each) => child(each, 'D:report')?.children[0],
        )
        expectTrue(
          reports.length > 0 && reports.every((each) => each !== undefined),
          'The form differs',
          set?.source,
        )
        const names = reports.map((each) => qualified(each?.name ?? ''))
        expectSame(new Set(names).size, names.length, 'A report is listed twice')
      },
      { cite: 'RFC 3253 §3.1.5' },
    ),
    must(
      'name supported-report when it refuses a report',
      'A report the resource does not support is refused with that condition.',
      async (t) => {
        const object = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.report(object, xml('D:version-tree'), { depth: '0' })
        expectRefusal(response)
        expectTrue(
          response.conditions().includes('D:supported-report'),
          'The condition is not named',
          response.conditions().join() || 'none',
        )
      },
      { cite: 'RFC 3253 §3.6' },
    ),
  ],
}
