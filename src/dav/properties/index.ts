import { type LiveProperty, Registry } from '../registry.ts'
import { aclProperties } from './acl.ts'
import { bulkProperties } from './bulk.ts'
import { caldavProperties } from './caldav.ts'
import { lockProperties } from './locks.ts'
import { principalProperties } from './principal.ts'
import { quotaProperties } from './quota.ts'
import { schedulingProperties } from './scheduling.ts'
import { syncProperties } from './sync.ts'
import { timezoneProperties } from './timezones.ts'
import { vendorProperties } from './vendor.ts'
import { webdavProperties } from './webdav.ts'

/** Every live property, once. allprop, propname and what PROPPATCH may set are read off this table. */
export const properties = new Registry<LiveProperty>([
  ...webdavProperties,
  ...lockProperties,
  ...aclProperties,
  ...principalProperties,
  ...caldavProperties,
  ...schedulingProperties,
  ...timezoneProperties,
  ...syncProperties,
  ...quotaProperties,
  ...vendorProperties,
  ...bulkProperties,
])
