/** The text is not the XML we accept; `message` is a sentence a person can act on. */
export class InvalidXmlError extends Error {
  override readonly name = 'InvalidXmlError'
}

/** The body declares a character encoding we do not read. */
export class UnsupportedEncodingError extends Error {
  override readonly name = 'UnsupportedEncodingError'
}
