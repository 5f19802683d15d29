/**
 * Writes the tables of time zone names from their public sources:
 *
 *     node --import tsx scripts/generate-zone-names.ts <tzdata.zi> <windowsZones.json>
 *
 * tzdata.zi is the compact form of the IANA database (public domain; part of any zoneinfo folder), windowsZones.json
 * the CLDR table of Windows names (npm package cldr-core). Only names are taken; offsets come from the runtime.
 */
import { readFile, writeFile } from 'node:fs/promises'

const [, , zoneFile, windowsFile] = process.argv
if (zoneFile === undefined || windowsFile === undefined) {
  throw new Error('usage: generate-zone-names.ts <tzdata.zi> <windowsZones.json>')
}

await writeFile('src/ical/zone-names-iana.ts', ianaModule(await readFile(zoneFile, 'utf8')))
await writeFile('src/ical/zone-names-windows.ts', windowsModule(await readFile(windowsFile, 'utf8')))

function ianaModule(source: string): string {
  const aliases = new Map<string, string[]>()
  for (const line of source.split('\n')) {
    const [kind, first = '', second = ''] = line.split(' ')
    if (kind === 'Z' && first !== 'Factory') aliases.set(first, aliases.get(first) ?? [])
    if (kind === 'L') aliases.set(first, [...(aliases.get(first) ?? []), second])
  }
  const words = [...aliases].sort().map(([zone, names]) => [zone, ...names.sort()].join('='))
  return `/**
 * Names of the IANA time zone database: each word is a zone, followed by "=" and each of its aliases.
 * Written by scripts/generate-zone-names.ts.
 */
export const IANA_ZONE_NAMES = \`
${wrap(words)}
\`
`
}

function wrap(words: readonly string[]): string {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 105) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}

interface WindowsZones {
  supplemental: {
    version: { _cldrVersion: string }
    windowsZones: { mapTimezones: { mapZone: { _other: string; _type: string; _territory: string } }[] }
  }
}

function windowsModule(source: string): string {
  const { version, windowsZones } = (JSON.parse(source) as WindowsZones).supplemental
  const lines = windowsZones.mapTimezones
    .filter(({ mapZone }) => mapZone._territory === '001')
    .map(({ mapZone }) => `${mapZone._other}=${mapZone._type}`)
    .sort()
  return `/**
 * Windows time zone names and the IANA zone that CLDR ${version._cldrVersion} gives each for the whole world
 * (territory 001). Written by scripts/generate-zone-names.ts.
 */
export const WINDOWS_ZONE_NAMES = \`
${lines.join('\n')}
\`
`
}
