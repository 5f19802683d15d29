import { readBounceAddress } from './bounce-address.ts'
import { isFailureFor, type RecipientReport, readDeliveryReport } from './delivery-report.ts'
import type { MailReceiver, Reception, SentMail } from './mail-receiver.ts'
import type { ReadMail } from './read-mail.ts'
import { isIssuedTo, readReplyAddress } from './reply-token.ts'

/**
 * Takes in what comes to the envelope sender of a mail: a report that it could not be delivered (RFC 3464) is put on
 * record; one that says less, or a notice of absence (RFC 3834), counts for nothing.
 * @returns undefined when the address is none that bounces come to
 */
export async function receiveBounce(
  receiver: MailReceiver,
  address: string,
  mail: ReadMail,
): Promise<Reception | undefined> {
  const { replies } = receiver
  const messageId = replies && readBounceAddress(address, replies)
  if (messageId === undefined) return undefined
  const reports = reportsIn(mail)
  if (reports.length === 0) return ignored(address, 'it reports nothing about a delivery')
  const sent = await receiver.sentMail(messageId)
  if (sent === 'under way') {
    return { recipient: address, result: 'later', reason: 'the mail it is about is being sent' }
  }
  if (sent === undefined) return ignored(address, 'the mail it is about does not matter any more')
  return judge(receiver, address, sent, reports)
}

/**
 * The same for servers that report to where answers go.
 * @returns undefined when it is no delivery report, or comes to another kind of address
 */
export async function receiveReportedReply(
  receiver: MailReceiver,
  address: string,
  mail: ReadMail,
): Promise<Reception | undefined> {
  const { replies } = receiver
  const token = replies && readReplyAddress(address, replies)
  const reports = reportsIn(mail)
  if (replies === undefined || token === undefined || reports.length === 0) return undefined
  const emails = [...new Set(reports.flatMap((report) => report.emails))]
  const candidates = await receiver.sentTo(token.ownerId, emails)
  const sent = candidates.find(({ uid, recipient }) => isIssuedTo(token, uid, recipient, replies))
  if (sent === undefined) return ignored(address, 'it is not about a mail to whom the address was given')
  return judge(receiver, address, sent, reports)
}

async function judge(
  receiver: MailReceiver,
  address: string,
  sent: SentMail,
  reports: readonly RecipientReport[],
): Promise<Reception> {
  if (!isFailureFor(sent.recipient, reports)) return ignored(address, 'the mail may still arrive')
  try {
    await receiver.noteFailure(sent)
  } catch (error) {
    return {
      recipient: address,
      result: 'later',
      reason: error instanceof Error ? error.message : String(error),
    }
  }
  return { recipient: address, result: 'delivered', reason: `mail does not reach ${sent.recipient}` }
}

/** Delivery reports, and the header in which Exim names who did not get a mail. */
function reportsIn({ deliveryReports, failedRecipients }: ReadMail): RecipientReport[] {
  const named = failedRecipients.map((email) => ({ emails: [email], isFailure: true }))
  const read = deliveryReports.flatMap(readDeliveryReport)
  return read.length > 0 ? read : named
}

function ignored(recipient: string, reason: string): Reception {
  return { recipient, result: 'ignored', reason }
}
