// The address our SDP names: the configured one, or this machine's own when it listens on all.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { isWildcard, nameable } from '#lib/own-address.ts'

/**
 * An address of the family of `rtpAddress`. `advertised` may be a name, resolved now.
 * @throws CordboardError `media.config`
 */
export async function namedAddress(rtpAddress: string, advertised: string | undefined): Promise<string> {
  const family = isIP(rtpAddress)
  if (advertised === undefined) return nameable(rtpAddress)
  const address = isIP(advertised) === 0 ? await resolved(advertised, family) : advertised
  if (isIP(address) !== family) {
    throw unusable(`The advertised RTP address ${address} is not of the family of ${rtpAddress}.`)
  }
  // 0.0.0.0 in an SDP means "hold": far ends would not send to it.
  if (isWildcard(address)) throw unusable(`${address} cannot be advertised: SDP must name one address.`)
  return address
}

async function resolved(name: string, family: number): Promise<string> {
  try {
    return (await lookup(name, { family })).address
  } catch (cause) {
    throw unusable(`The advertised RTP address ${name} cannot be resolved: ${messageOf(cause)}.`, cause)
  }
}

function unusable(sentence: string, cause?: unknown): CordboardError {
  return new CordboardError('media.config', sentence, { blame: 'setup', cause })
}
