// What FreeSWITCH counted of a leg's packets, as channel variables, turned into the contract's quality.
import type { LegQuality } from '#media/engine.ts'
import type { Channel } from './channel.ts'

/** The variables by name, without their `variable_`. @throws CordboardError `media.down` */
async function variables(channel: Channel): Promise<ReadonlyMap<string, string>> {
  await channel.api('uuid_set_media_stats', channel.uuid)
  return readDump(await channel.api('uuid_dump', channel.uuid))
}

/** How many packets of sound came from the far end so far. @throws CordboardError `media.down` */
export async function packetsHeard(channel: Channel): Promise<number> {
  await channel.api('uuid_set_media_stats', channel.uuid)
  const text = await channel.api('uuid_getvar', `${channel.uuid} rtp_audio_in_packet_count`)
  return numberOf(text)
}

/** @throws CordboardError `media.down` */
export async function readQuality(channel: Channel, codec: string): Promise<LegQuality> {
  return qualityOf(await variables(channel), codec)
}

/** One `name: value` a line; values are URL-encoded. */
export function readDump(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^variable_([^:]{1,100}): (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) found.set(name, value)
  }
  return found
}

export function qualityOf(found: ReadonlyMap<string, string>, codec: string): LegQuality {
  const count = (name: string) => numberOf(found.get(`rtp_audio_${name}`))
  const packetsReceived = count('in_media_packet_count')
  const packetsLost = count('in_skip_packet_count')
  const expected = packetsReceived + packetsLost
  const mos = count('in_mos')
  return {
    codec,
    packetsReceived,
    packetsSent: count('out_media_packet_count'),
    packetsLost,
    lossRatio: expected === 0 ? 0 : packetsLost / expected,
    // It keeps variances, in ms².
    jitterMs: Math.sqrt(count('in_jitter_min_variance')),
    maxJitterMs: Math.sqrt(count('in_jitter_max_variance')),
    mos: packetsReceived < 50 || mos === 0 ? undefined : mos,
    packetsDropped: count('in_flush_packet_count'),
  }
}

function numberOf(text: string | undefined): number {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : 0
}
