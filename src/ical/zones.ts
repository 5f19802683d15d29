/** Time zones: by name, by definition, and as a calendar object mixes the two. */
export { fixedZone, UTC, type Zone } from './zone.ts'
export { zoneByName } from './zone-names.ts'
export { ZoneTable, zoneFromVtimezone } from './zone-table.ts'
