/** What a delivery report (RFC 3464) says of one recipient. */
export interface RecipientReport {
  /** E-mail addresses the report gives the recipient, in lower case: the one written to and the last one tried. */
  readonly emails: readonly string[]
  /** failed: for good; anything else may still arrive, or did. */
  readonly isFailure: boolean
}

const MOST_RECIPIENTS = 100

/** Reads a message/delivery-status part: a group of fields for the mail, then one for each recipient. */
export function readDeliveryReport(text: string): RecipientReport[] {
  const [, ...groups] = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .trim()
    .split(/\n\s*\n/)
  return groups.slice(0, MOST_RECIPIENTS).map(readGroup)
}

function readGroup(group: string): RecipientReport {
  const fields = new Map(
    group.split('\n').flatMap((line): [string, string][] => {
      const [, name, value] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()]]
    }),
  )
  const emails = ['original-recipient', 'final-recipient'].flatMap((name) => emailIn(fields.get(name)))
  const action = withoutComment(fields.get('action'))
  // Some servers leave Action out; the class of the status then tells (RFC 3463 §2).
  const isFailure =
    action === '' ? withoutComment(fields.get('status')).startsWith('5.') : action === 'failed'
  return { emails: [...new Set(emails)], isFailure }
}

/** `rfc822; carol@example.com`, with or without angle brackets. */
function emailIn(field: string | undefined): string[] {
  const address =
    field
      ?.replace(/^[^;]*;/, '')
      .replace(/[<>]/g, '')
      .trim()
      .toLowerCase() ?? ''
  return address.includes('@') ? [address] : []
}

function withoutComment(field: string | undefined): string {
  return (
    field
      ?.replace(/\(.*\)/g, '')
      .trim()
      .toLowerCase() ?? ''
  )
}

/**
 * Did a mail to this one address fail for good? Reports of a list or a forwarding mailbox name others: then every
 * one of them must have failed.
 */
export function isFailureFor(email: string, reports: readonly RecipientReport[]): boolean {
  const own = reports.filter(({ emails }) => emails.includes(email))
  const telling = own.length > 0 ? own : reports
  return telling.length > 0 && telling.every(({ isFailure }) => isFailure)
}
