// IP addresses as SIP meets them: networks, address lists, one spelling per address.
import { BlockList, isIP, isIPv4 } from 'node:net'

/** `192.0.2.0/24`, `2001:db8::/32`. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/')
  if (more.length > 0 || !/^\d{1,3}$/.test(bits)) return false
  const version = isIP(address)
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)
}

/** `::ffff:192.0.2.1` is 192.0.2.1; brackets and zone are dropped. */
export function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  return mapped ?? bare.toLowerCase()
}

export interface AddressSet {
  has(address: string): boolean
}

/** A set of addresses and networks; entries that are neither are skipped. */
export function addressSet(entries: Iterable<string>): AddressSet {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const plain = plainAddress(address)
    if (isIP(plain) === 0) continue
    const family = isIPv4(plain) ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(plain, family)
    else if (isCidr(entry)) list.addSubnet(plain, Number(bits), family)
  }
  return {
    has: (address) => {
      const plain = plainAddress(address)
      return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
    },
  }
}
