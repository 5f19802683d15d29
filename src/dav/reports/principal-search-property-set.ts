import { XML_TYPE } from '../multistatus.ts'
import { defineReport } from '../registry.ts'
import { type Element, el } from '../xml/element.ts'
import { DAV, XML } from '../xml/names.ts'
import { serializeDocument } from '../xml/serialize.ts'
import { requireDepthZero } from './depth.ts'
import { SEARCHABLE, type SearchableProperty } from './principal-search-request.ts'

const ANSWER = serializeDocument(el(DAV, 'principal-search-property-set', SEARCHABLE.map(searchProperty)))

/** DAV:principal-search-property-set (RFC 3744 §9.5): what principal-property-search can look at. */
export const principalSearchPropertySet = defineReport({
  namespace: DAV,
  name: 'principal-search-property-set',
  on: ['root', 'principals', 'principal', 'homes', 'home', 'calendar'],
  async run({ koa }) {
    requireDepthZero(koa)
    koa.status = 200
    koa.set('Content-Type', XML_TYPE)
    koa.body = ANSWER
  },
})

function searchProperty({ namespace, name, description }: SearchableProperty): Element {
  return el(DAV, 'principal-search-property', [
    el(DAV, 'prop', [el(namespace, name)]),
    el(DAV, 'description', [description], { [`{${XML}}lang`]: 'en' }),
  ])
}
