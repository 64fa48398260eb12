// How a drachtio server names where it listens, and which of our addresses a far end should be told.
import { isIP } from 'node:net'
import { plainAddress } from './address.ts'
import type { Peer } from './sip-server.ts'

/** Reads `udp/127.0.0.1:5060,tcp/[::1]:5060`; parts that cannot be read are left out. */
export function readHostports(text: string): readonly Peer[] {
  return text.split(',').flatMap((part) => {
    const [, protocol, host, port] = /^\s*(\w+)\/(\[[^\]]+\]|[^:]+):(\d+)/.exec(part) ?? []
    if (protocol === undefined || host === undefined || port === undefined) return []
    return [{ protocol: protocol.toLowerCase(), address: plainAddress(host), port: Number(port) }]
  })
}

/** The listening address to name towards `far`: same transport, loopback only for loopback. */
export function localFor(
  listening: readonly Peer[],
  far: { readonly protocol: string; readonly host?: string },
): Peer | undefined {
  const fits = listening.filter((local) => local.protocol === far.protocol)
  const toLoopback = far.host !== undefined && isLoopback(far.host)
  return fits.find((local) => isLoopback(local.address) === toLoopback) ?? fits[0]
}

/** `host:port` with brackets around IPv6. */
export function hostPortOf(peer: Pick<Peer, 'address' | 'port'>): string {
  return `${isIP(peer.address) === 6 ? `[${peer.address}]` : peer.address}:${peer.port}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
