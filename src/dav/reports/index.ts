import { Registry, type Report } from '../registry.ts'
import { aclPrincipalPropSet } from './acl-principal-prop-set.ts'
import { calendarMultiget } from './calendar-multiget.ts'
import { calendarQuery } from './calendar-query.ts'
import { calendarserverPrincipalSearch } from './calendarserver-principal-search.ts'
import { expandProperty } from './expand-property.ts'
import { freeBusyQuery } from './free-busy-query.ts'
import { principalMatch } from './principal-match.ts'
import { principalPropertySearch } from './principal-property-search.ts'
import { principalSearchPropertySet } from './principal-search-property-set.ts'
import { syncCollection } from './sync-collection.ts'

/** Every report, once. DAV:supported-report-set is read off this table. */
export const reports = new Registry<Report>([
  calendarQuery,
  calendarMultiget,
  freeBusyQuery,
  syncCollection,
  expandProperty,
  principalMatch,
  principalPropertySearch,
  principalSearchPropertySet,
  calendarserverPrincipalSearch,
  aclPrincipalPropSet,
])
