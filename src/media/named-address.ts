// The address our SDP names: the configured one, or this machine's own when it listens on all.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { CordboardError, messageOf } from '#lib/errors.ts'

/**
 * An address of the family of `rtpAddress`. `advertised` may be a name, resolved now.
 * @throws CordboardError `media.config`
 */
export async function namedAddress(rtpAddress: string, advertised: string | undefined): Promise<string> {
  const family = isIP(rtpAddress)
  if (advertised === undefined) return isWildcard(rtpAddress) ? ownAddress(family) : rtpAddress
  const address = isIP(advertised) === 0 ? await resolved(advertised, family) : advertised
  if (isIP(address) !== family) {
    throw unusable(`The advertised RTP address ${address} is not of the family of ${rtpAddress}.`)
  }
  // 0.0.0.0 in an SDP means "hold": far ends would not send to it.
  if (isWildcard(address)) throw unusable(`${address} cannot be advertised: SDP must name one address.`)
  return address
}

/** The first address that others can reach; loopback on a machine without a network. */
function ownAddress(family: number): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const ofFamily = all.filter((one) => one.family === `IPv${family}` && !one.address.startsWith('fe80:'))
  const reachable = ofFamily.find(({ internal }) => !internal)
  return reachable?.address ?? (family === 6 ? '::1' : '127.0.0.1')
}

async function resolved(name: string, family: number): Promise<string> {
  try {
    return (await lookup(name, { family })).address
  } catch (cause) {
    throw unusable(`The advertised RTP address ${name} cannot be resolved: ${messageOf(cause)}.`, cause)
  }
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function unusable(sentence: string, cause?: unknown): CordboardError {
  return new CordboardError('media.config', sentence, { blame: 'setup', cause })
}
