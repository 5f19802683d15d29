import { resolveTxt } from 'node:dns/promises'
import type { Config } from '../../config.ts'
import { type Finding, ok, skipped, warning } from './finding.ts'

/**
 * Does the domain of envelope senders say who may send for it (RFC 7208)? Without that word many mail servers take
 * invitations for spam.
 * @param lookUp as `dns.promises.resolveTxt`
 */
export async function checkSpf(
  { smtpUrl, mailFrom, mailReplyDomain }: Pick<Config, 'smtpUrl' | 'mailFrom' | 'mailReplyDomain'>,
  lookUp: (domain: string) => Promise<readonly (readonly string[])[]> = resolveTxt,
): Promise<Finding> {
  const domain = mailReplyDomain ?? mailFrom?.address.split('@')[1]
  if (smtpUrl === undefined || domain === undefined) return skipped('spf', 'no mail is sent')
  try {
    const records = (await lookUp(domain)).map((strings) => strings.join(''))
    const isThere = records.some((record) => /^v=spf1(\s|$)/i.test(record))
    return isThere ? ok('spf', `${domain} says who may send for it`) : missing(domain)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENODATA' || code === 'ENOTFOUND') return missing(domain)
    return warning('spf', `the SPF record of ${domain} cannot be looked up: ${code ?? String(error)}`)
  }
}

function missing(domain: string): Finding {
  return warning(
    'spf',
    `${domain} has no SPF record, and mails come from addresses there: add one that names the relay`,
  )
}
