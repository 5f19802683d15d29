import { must, type Section } from '../engine/section.ts'
import { expectTrue } from '../expect.ts'
import { childrenOf, textOf } from '../xml/element.ts'

/** supported-collation-set (RFC 4791 §7.5). */
export const section: Section = {
  cite: 'RFC 4791 §7.5.1',
  title: 'Collations',
  tests: ['i;ascii-casemap', 'i;octet'].map((collation) =>
    must(
      `list ${collation} in supported-collation-set`,
      'Calendars say which collations they support; two are required.',
      async (t) => {
        const set = await t.owner.property(await t.calendar(), 'C:supported-collation-set')
        const names = childrenOf(set, 'C:supported-collation').map(textOf)
        expectTrue(names.includes(collation), `${collation} is missing`, names.join())
      },
      {
        why: 'RFC 4791 §7.5.1 has the property defined on every resource that supports a report with text matching; clients may use only collations listed there.',
      },
    ),
  ),
}
