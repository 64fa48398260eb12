// A warning, not a fault: RTP ports that the kernel may give to any other program's connections.
import { readFileSync } from 'node:fs'
import type { PortRange } from './setting.ts'

/** What Linux says now; undefined on another system. */
export function readEphemeralPorts(file = '/proc/sys/net/ipv4/ip_local_port_range'): PortRange | undefined {
  try {
    const [first, last] = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number)
    return first === undefined || last === undefined ? undefined : { first, last }
  } catch {
    // No /proc: not Linux, or a locked-down container.
    return undefined
  }
}

/** A sentence when both ranges overlap. */
export function ephemeralPortsWarning(rtp: PortRange, ephemeral: PortRange | undefined): string | undefined {
  if (!ephemeral || rtp.last < ephemeral.first || rtp.first > ephemeral.last) return undefined
  return (
    `RTP_PORTS ${rtp.first}-${rtp.last} overlaps the ports this machine gives to outgoing connections ` +
    `(${ephemeral.first}-${ephemeral.last}): calls may find their port taken. Choose ports outside of it.`
  )
}
