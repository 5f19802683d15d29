/** The text of octets in a charset as mail names it; UTF-8 when the name is not known or they say so themselves. */
export function decodeText(octets: Uint8Array, charset: string | undefined): string {
  const isUtf8 = charset === undefined || /^(utf-?8|us-ascii|ascii)$/i.test(charset.trim())
  if (isUtf8) return decodeUtf8(octets)
  try {
    return new TextDecoder(charset.trim()).decode(octets)
  } catch {
    return decodeUtf8(octets)
  }
}

/** Senders that name no charset, or ASCII, and write another mean Windows-1252. */
function decodeUtf8(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return new TextDecoder('windows-1252').decode(octets)
  }
}
