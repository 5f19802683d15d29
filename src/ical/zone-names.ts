import { UTC, type Zone } from './zone.ts'
import { ianaZone } from './zone-iana.ts'
import { WINDOWS_ZONE_NAMES } from './zone-names-windows.ts'

const windowsNames = new Map<string, string>()
for (const line of WINDOWS_ZONE_NAMES.trim().split('\n')) {
  const [windows = '', iana = ''] = line.split('=')
  windowsNames.set(windows.toLowerCase(), iana)
}

/** Names that clients send for UTC besides the IANA ones. */
const UTC_NAMES = new Set(['z', 'utc time', 'tzone://microsoft/utc', 'coordinated universal time'])

const MAX_REMEMBERED = 5000
const MAX_NAME_LENGTH = 255
const remembered = new Map<string, Zone | undefined>()

/**
 * The zone that a TZID or other client-given name stands for: an IANA name or alias in any case, a Windows name
 * (CLDR), or either behind a vendor's prefix such as `/freeassociation.sourceforge.net/`, padded or quoted.
 */
export function zoneByName(name: string): Zone | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined
  const known = remembered.get(name)
  if (known !== undefined || remembered.has(name)) return known
  const zone = findZone(name.replace(/^[\s"']+|[\s"']+$/g, ''))
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(name, zone)
  return zone
}

function findZone(name: string): Zone | undefined {
  if (UTC_NAMES.has(name.toLowerCase())) return UTC
  return ianaZone(name) ?? windowsZone(name) ?? prefixedZone(name)
}

function windowsZone(name: string): Zone | undefined {
  const iana = windowsNames.get(name.toLowerCase().replace(/\s+/g, ' '))
  return iana === undefined ? undefined : ianaZone(iana)
}

/** `/vendor/version/Area/City`: the longest tail that is a name (RFC 5545 §3.8.3.1 leaves such names open). */
function prefixedZone(name: string): Zone | undefined {
  if (!name.includes('/')) return undefined
  const segments = name.split('/').filter((segment) => segment !== '')
  // Without a leading slash, as in `custom/Europe/Vaduz`, one word would be too little to go by.
  const lengths = name.startsWith('/') ? [3, 2, 1] : [3, 2]
  for (const length of lengths) {
    if (length > segments.length) continue
    const tail = segments.slice(-length).join('/')
    const zone = ianaZone(tail) ?? windowsZone(tail)
    if (zone !== undefined) return zone
  }
  return undefined
}
