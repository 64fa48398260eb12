// Whether a certificate belongs to the SIP domain we mean to talk to (RFC 5922 §7).
import { checkServerIdentity, type PeerCertificate } from 'node:tls'

/**
 * The error for a certificate of somebody else, else undefined. Names in `URI:sip:` come first; without any, DNS names
 * and addresses count.
 * Deviates from RFC 5922 §7.2: a wildcard DNS name matches, because carriers use them, since the first version.
 */
export function identityFault(name: string, certificate: PeerCertificate): Error | undefined {
  const domains = Array.from(
    (certificate.subjectaltname ?? '').matchAll(/(?:^|, )URI:sips?:([^,@;\s"]+)(?=,|$)/gi),
    ([, domain = '']) => domain.toLowerCase(),
  )
  if (domains.includes(name.toLowerCase())) return undefined
  return checkServerIdentity(name, certificate)
}
