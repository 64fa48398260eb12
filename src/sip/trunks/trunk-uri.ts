// The SIP URIs a trunk's settings stand for, and its spelling of numbers.
import { isIP } from 'node:net'
import { escapeUser } from '#sip/embedded/uri.ts'
import type { NumberFormat, Trunk } from './trunk.ts'

type Line = Pick<Trunk, 'host' | 'port' | 'transport' | 'outboundProxy' | 'fromDomain'>

/** `sip:user@host:port;transport=tcp`; without a user the carrier itself. */
export function trunkUri(trunk: Line, user?: string): string {
  const host = isIP(trunk.host) === 6 ? `[${trunk.host}]` : trunk.host
  const port = trunk.port === null ? '' : `:${trunk.port}`
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`
  return `sip:${user === undefined ? '' : `${escapeUser(user)}@`}${host}${port}${transport}`
}

/** The next hop as a URI, when an outbound proxy is set. */
export function trunkProxy(trunk: Line): { readonly proxy?: string } {
  if (trunk.outboundProxy === null) return {}
  const uri = proxyUri(trunk.outboundProxy)
  const named = uri.includes('transport=') || trunk.transport === 'udp'
  return { proxy: named ? uri : `${uri};transport=${trunk.transport}` }
}

/** An outbound proxy as an admin wrote it, as a URI. */
export function proxyUri(written: string): string {
  return /^sips?:/i.test(written) ? written : `sip:${written}`
}

/** What stands behind the @ in From and To. */
export function trunkDomain(trunk: Line): string {
  const domain = trunk.fromDomain ?? trunk.host
  return isIP(domain) === 6 ? `[${domain}]` : domain
}

/** E.164 as this carrier writes it; numbers without plus (short and emergency ones) stay as they are. */
export function inTrunkFormat(number: string, format: NumberFormat): string {
  if (!number.startsWith('+')) return number
  const digits = number.slice(1)
  return format === 'plus' ? number : format === 'zeros' ? `00${digits}` : digits
}

/** What a carrier wrote, as E.164 with plus where that can be told: `00420...`, `420...` with 8 to 15 digits. */
export function fromTrunkFormat(user: string): string {
  const bare = user.replace(/[\s().-]/g, '')
  if (/^\+\d{5,15}$/.test(bare)) return bare
  if (/^00[1-9]\d{4,14}$/.test(bare)) return `+${bare.slice(2)}`
  if (/^[1-9]\d{7,14}$/.test(bare)) return `+${bare}`
  return bare
}
