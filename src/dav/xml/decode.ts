import { InvalidXmlError, UnsupportedEncodingError } from './errors.ts'

const DECODERS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16be',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
}

/**
 * The text of an XML entity. The byte order mark decides, then the charset of the Content-Type, then the
 * document's own declaration (RFC 7303 §3).
 *
 * @throws UnsupportedEncodingError when another encoding than UTF-8 or UTF-16 is declared
 * @throws InvalidXmlError when the bytes are not text in that encoding
 */
export function decodeXml(bytes: Uint8Array, charset?: string): string {
  const label = fromByteOrderMark(bytes) ?? charset ?? fromDeclaration(bytes) ?? 'utf-8'
  const encoding = DECODERS[label.toLowerCase()]
  if (encoding === undefined) {
    throw new UnsupportedEncodingError(`XML in the encoding ${label} is not read here: send UTF-8 or UTF-16`)
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InvalidXmlError(`The XML is not valid ${label}`, { cause })
  }
}

function fromByteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  return undefined
}

/** The encoding of `<?xml … encoding="…"?>`, or what the first four bytes give away without it. */
function fromDeclaration(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le'
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be'
  if (bytes[0] !== 0x3c || bytes[1] !== 0x3f) return undefined
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 120)).toString('latin1')
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]
}
