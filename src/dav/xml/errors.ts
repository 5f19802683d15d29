/** The text is not the XML we accept; `message` is a sentence a person can act on. */
export class InvalidXmlError extends Error {
  override readonly name: string = 'InvalidXmlError'
}

/** The text has a document type declaration that names something outside it. */
export class ExternalEntityError extends InvalidXmlError {
  override readonly name = 'ExternalEntityError'
}

/** The body declares a character encoding we do not read. */
export class UnsupportedEncodingError extends Error {
  override readonly name = 'UnsupportedEncodingError'
}
