// How a drachtio server names where it listens.
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
