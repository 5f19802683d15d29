import type { Description, Fact } from './description.ts'
import { type Catalogue, fill, type Occasion } from './languages/catalogue.ts'

/** The texts a person reads. */
export interface Bodies {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** @param who name of the sender, as the reader knows it */
export function bodiesOf(occasion: Occasion, who: string, about: Description, words: Catalogue): Bodies {
  const title = about.title.replace(/\s+/g, ' ')
  const lead = fill(words.lead[occasion], { who, title })
  const hint = ['invitation', 'update', 'addition'].includes(occasion) ? words.howToAnswer : undefined
  // A first invitation has nothing to compare with; an answer is not about the event's content.
  const shown = occasion === 'update' ? about : { ...about, changes: [] }
  return {
    subject: fill(words.subject[occasion], { title }).slice(0, 250),
    // RFC 5322 §2.3: lines of a mail end in CRLF.
    text: asText(lead, shown, hint, words).replaceAll('\n', '\r\n'),
    html: asHtml(lead, shown, hint, words).replaceAll('\n', '\r\n'),
  }
}

function asText(lead: string, about: Description, hint: string | undefined, words: Catalogue): string {
  const line = ({ label, text }: Fact) => `${words.label[label]}: ${text.replaceAll('\n', '\n    ')}`
  const blocks = [
    [lead],
    about.changes.length > 0
      ? [`${words.label.changed}:`, ...about.changes.map((each) => `  ${line(each)}`)]
      : [],
    [line({ label: 'title', text: about.title }), ...about.facts.map(line)],
    about.description === undefined ? [] : [about.description],
    hint === undefined ? [] : ['-- ', hint],
  ]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}

const CELL = 'style="padding:2px 12px 2px 0;vertical-align:top"'

function asHtml(lead: string, about: Description, hint: string | undefined, words: Catalogue): string {
  const row = ({ label, text }: Fact) =>
    `<tr><th align="left" ${CELL}>${escapeHtml(words.label[label])}</th><td ${CELL}>${lines(text)}</td></tr>`
  const table = (facts: readonly Fact[]) => `<table>${facts.map(row).join('')}</table>`
  return htmlMail(words, about.title, [
    `<p>${escapeHtml(lead)}</p>`,
    about.changes.length > 0
      ? `<p><strong>${escapeHtml(words.label.changed)}</strong></p>${table(about.changes)}`
      : '',
    table([{ label: 'title', text: about.title }, ...about.facts]),
    about.description === undefined ? '' : `<p>${lines(about.description)}</p>`,
    hint === undefined ? '' : `<p style="color:#666">${escapeHtml(hint)}</p>`,
  ])
}

/** A mail's HTML document around blocks of its body; lines end in LF. */
export function htmlMail(words: Catalogue, title: string, blocks: readonly string[]): string {
  return [
    `<!doctype html><html lang="${words.tag}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family:sans-serif">',
    ...blocks,
    '</body></html>',
  ].join('\n')
}

function lines(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The text with the characters that mean something in HTML replaced. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
