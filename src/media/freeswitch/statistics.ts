// What FreeSWITCH knows of a leg's packets: counters as channel variables, loss and jitter from the RTCP it sends and gets.
import type { LegQuality } from '#media/engine.ts'
import type { Channel, ReadHeader } from './channel.ts'

/** From the last RTCP report in each direction, every five seconds (docker/freeswitch/freeswitch.xml). */
export interface Reports {
  readonly lost: number
  readonly jitterMs: number
  readonly maxJitterMs: number
  readonly rttMs: number | undefined
  readonly farLossRatio: number | undefined
}

const noReports: Reports = { lost: 0, jitterMs: 0, maxJitterMs: 0, rttMs: undefined, farLossRatio: undefined }
/** RTCP counts jitter in ticks of the RTP clock: 8 kHz for G.711, and for G.722 by the mistake of RFC 3551 §4.5.2. */
const ticksPerMs = 8

export class Statistics {
  readonly #channel: Channel
  #reports = noReports

  constructor(channel: Channel) {
    this.#channel = channel
    channel.on('SEND_RTCP_MESSAGE', (header) => {
      this.#reports = withSent(this.#reports, header)
    })
    channel.on('RECV_RTCP_MESSAGE', (header) => {
      this.#reports = withReceived(this.#reports, header)
    })
  }

  /** @throws CordboardError `media.down` */
  async quality(codec: string): Promise<LegQuality> {
    await this.#channel.api('uuid_set_media_stats', this.#channel.uuid)
    const dump = await this.#channel.api('uuid_dump', this.#channel.uuid)
    return qualityOf(readDump(dump), this.#reports, codec)
  }
}

/** How many packets came from the far end so far. @throws CordboardError `media.down` */
export async function packetsHeard(channel: Channel): Promise<number> {
  await channel.api('uuid_set_media_stats', channel.uuid)
  return numberOf(await channel.api('uuid_getvar', `${channel.uuid} rtp_audio_in_packet_count`))
}

export function withSent(before: Reports, header: ReadHeader): Reports {
  const jitterMs = numberOf(header('Source-Jitter')) / ticksPerMs
  // Duplicates make the count negative (RFC 3550 §6.4.1): FreeSWITCH then writes nearly 2^32.
  const lost = numberOf(header('Source-Lost')) | 0
  return { ...before, lost: Math.max(0, lost), jitterMs, maxJitterMs: Math.max(before.maxJitterMs, jitterMs) }
}

export function withReceived(before: Reports, header: ReadHeader): Reports {
  const rtt = numberOf(header('Rtt0-Avg'))
  const fraction = header('Source0-Fraction')
  return {
    ...before,
    rttMs: rtt > 0 && rtt < 60 ? rtt * 1000 : before.rttMs,
    farLossRatio: fraction === '' ? before.farLossRatio : Math.min(1, numberOf(fraction) / 256),
  }
}

/** One `name: value` a line, as uuid_dump writes them. */
export function readDump(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^variable_([^:]{1,100}): (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) found.set(name, value)
  }
  return found
}

export function qualityOf(found: ReadonlyMap<string, string>, reports: Reports, codec: string): LegQuality {
  const count = (name: string) => numberOf(found.get(`rtp_audio_${name}`))
  const packetsReceived = count('in_media_packet_count')
  const { lost, jitterMs, maxJitterMs, rttMs, farLossRatio } = reports
  const mos = count('in_mos')
  return {
    codec,
    packetsReceived,
    packetsSent: count('out_media_packet_count'),
    packetsLost: lost,
    lossRatio: lost === 0 ? 0 : lost / (packetsReceived + lost),
    jitterMs,
    maxJitterMs,
    mos: packetsReceived < 50 || mos === 0 ? undefined : Math.min(4.5, mos),
    packetsDropped: count('in_flush_packet_count'),
    rttMs,
    farLossRatio,
  }
}

function numberOf(text: string | undefined): number {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : 0
}
