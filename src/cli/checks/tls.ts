import { X509Certificate } from 'node:crypto'
import type { Config } from '../../config.ts'
import { readTlsFiles } from '../../http/tls.ts'
import { reasonOf } from '../../start-error.ts'
import { type Finding, failed, ok, skipped, warning } from './finding.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 14

/** Can TLS_CERT and TLS_KEY be used, for how long, and for the host of PUBLIC_URL? */
export function* checkTls(config: Config, now: Date): Generator<Finding> {
  const { tlsCert: cert, tlsKey: key, publicUrl } = config
  if (cert === undefined || key === undefined) {
    yield noTls(config)
    return
  }
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(readTlsFiles({ cert, key }).cert)
  } catch (error) {
    yield failed('tls', `TLS_CERT ${cert} and TLS_KEY ${key} cannot be used: ${reasonOf(error)}`)
    return
  }
  yield checkExpiry(certificate, now)
  const host = publicUrl === undefined ? undefined : new URL(publicUrl.origin).hostname
  if (host !== undefined && certificate.checkHost(host) === undefined) {
    yield failed(
      'tls',
      `the certificate is for ${certificate.subjectAltName ?? certificate.subject}, not for ${host}`,
    )
  }
}

function noTls({ publicUrl, trustedProxies, host }: Config): Finding {
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host)
  if (publicUrl?.origin.startsWith('https:') && trustedProxies.rules.length === 0) {
    return warning(
      'tls',
      'PUBLIC_URL is https but neither TLS_CERT nor TRUSTED_PROXIES is set: logins through a proxy on another machine are refused',
    )
  }
  if (isLocal || publicUrl?.origin.startsWith('https:')) return skipped('tls', 'no TLS_CERT and TLS_KEY')
  return warning('tls', `HOST ${host} is reachable from outside without TLS: logins from there are refused`)
}

function checkExpiry(certificate: X509Certificate, now: Date): Finding {
  const days = Math.floor((Date.parse(certificate.validTo) - now.getTime()) / DAY_MS)
  if (Date.parse(certificate.validFrom) > now.getTime()) {
    return failed('tls', `the certificate is valid only from ${certificate.validFrom}`)
  }
  if (days < 0) return failed('tls', `the certificate expired on ${certificate.validTo}`)
  const detail = `the certificate is valid for ${days} more days`
  return days < SOON_DAYS ? warning('tls', detail) : ok('tls', detail)
}
