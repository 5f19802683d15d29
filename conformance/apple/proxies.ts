import { must, type Section } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectProp, expectStatus, expectTrue } from '../expect.ts'
import { xml } from '../xml/write.ts'

const inner =
  '<D:property name="displayname"/><D:property name="calendar-user-address-set" namespace="urn:ietf:params:xml:ns:caldav"/>'
const kinds = ['calendar-proxy-read-for', 'calendar-proxy-write-for']

/** Delegates (CalendarServer, calendar-proxy). */
export const section: Section = {
  cite: 'CalendarServer proxy',
  title: 'Delegates',
  needs: ['dav:calendar-proxy'],
  tests: [
    ...kinds.map((kind) =>
      must(
        `have ${kind} on the principal, empty or not`,
        'The property names those the user acts for.',
        async (t) => {
          expectTrue((await t.owner.property(t.owner.principal, `CS:${kind}`)) !== undefined, 'It is missing')
        },
      ),
    ),
    must('expand both without delegates', 'The report works when nobody delegated anything.', async (t) => {
      const body = kinds.map(
        (kind) =>
          `<D:property name="${kind}" namespace="http://calendarserver.org/ns/">${inner}</D:property>`,
      )
      const response = await t.owner.report(t.owner.principal, xml('D:expand-property', body.join('')), {
        depth: '0',
      })
      expectProp(expectMember(expectMultistatus(response), t.owner.principal), 'CS:calendar-proxy-read-for')
    }),
    ...['calendar-proxy-read', 'calendar-proxy-write'].map((kind) =>
      must(
        `have the group ${kind} under the principal`,
        'The groups of delegates are principals below that of the user.',
        async (t) => {
          expectStatus(
            await t.owner.propfind(`${t.owner.principal.replace(/\/?$/, '/')}${kind}/`, [
              'D:resourcetype',
              'D:group-member-set',
            ]),
            207,
          )
        },
      ),
    ),
  ],
}
