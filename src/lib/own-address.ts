// The address others can reach this machine by, for what we write into SDP and show on pages.
import { networkInterfaces } from 'node:os'

/** The first address of the family that is not loopback or link-local; loopback on a machine without a network. */
export function ownAddress(family: 4 | 6 = 4): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const reachable = all.find(
    ({ family: name, internal, address }) =>
      name === `IPv${family}` && !internal && !address.startsWith('fe80:'),
  )
  return reachable?.address ?? (family === 6 ? '::1' : '127.0.0.1')
}

/** 0.0.0.0 and :: mean every address of this machine, and are no address to write down. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** What to name for a listener on `address`. */
export function nameable(address: string): string {
  if (!isWildcard(address)) return address
  return ownAddress(address === '::' ? 6 : 4)
}
