import { createHash } from 'node:crypto'
import { escapeHtml } from './bodies.ts'
import type { HeldMails } from './decide-hold.ts'
import { type Catalogue, fill } from './languages/catalogue.ts'
import { catalogueFor } from './languages/index.ts'

const STYLE =
  'body{font-family:sans-serif;line-height:1.5;max-width:40em;margin:2em auto;padding:0 1em}' +
  'button{font:inherit;padding:.5em 1em;margin:0 1em 1em 0}'

/**
 * Content-Security-Policy of the page: it may send its form to this server, and nothing else. No sandbox: a page in one
 * has no origin, so that its own form would count as another site's.
 */
export const HOLD_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The page a user decides on: how many mails wait, about what, and a button for each decision; once they have decided,
 * what they decided.
 *
 * @param action path the form is sent to
 * @param token goes with the form
 */
export function holdPage(held: HeldMails, action: string, token: string): string {
  const words = catalogueFor(held.locale)
  const title = escapeHtml(words.held.subject)
  return [
    `<!doctype html><html lang="${words.tag}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>`,
    ...(held.decision === undefined ? question(held, words, action, token) : answer(held.decision, words)),
    '</main></body></html>\n',
  ].join('\n')
}

function answer(decision: NonNullable<HeldMails['decision']>, { held }: Catalogue): string[] {
  return [`<p role="status">${escapeHtml(decision === 'release' ? held.released : held.dropped)}</p>`]
}

function question(
  { events, mails, titles }: HeldMails,
  words: Catalogue,
  action: string,
  token: string,
): string[] {
  const { lead, count, among, release, drop } = words.held
  const rest = events - titles.length
  const shown = titles.map((title) => title ?? words.untitled)
  const items = rest > 0 ? [...shown, fill(words.more, { count: rest })] : shown
  return [
    `<p>${escapeHtml(lead)}</p>`,
    `<p>${escapeHtml(fill(count, { events, mails }))}</p>`,
    `<p>${escapeHtml(among)}</p>`,
    `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`,
    `<form method="post" action="${escapeHtml(action)}">`,
    `<input type="hidden" name="token" value="${escapeHtml(token)}">`,
    `<button name="decision" value="release">${escapeHtml(release)}</button>`,
    `<button name="decision" value="drop">${escapeHtml(drop)}</button>`,
    '</form>',
  ]
}
