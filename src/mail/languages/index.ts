import type { Catalogue } from './catalogue.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { zh } from './zh.ts'

/** Every language mails are written in, by the first part of its tag. */
export const LANGUAGES: Readonly<Record<string, Catalogue>> = { en, de, fr, es, zh }

/** The catalogue for a locale such as `de`, `de-AT` or `de_AT.UTF-8`; English for any other. */
export function catalogueFor(locale: string): Catalogue {
  const [language = ''] = locale.toLowerCase().split(/[-_.]/)
  return LANGUAGES[language] ?? en
}
