// Opens the media engine that the configuration names.
import { isIP } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import type { MediaEngine } from './engine.ts'
import { readMusic } from './music.ts'
import { namedAddress } from './named-address.ts'

export interface MediaConfig {
  readonly engine: 'embedded'
  /** Where RTP sockets listen: a literal address of this machine, or all of them (0.0.0.0). */
  readonly rtpAddress: string
  /** What our SDP names when it is another (1:1 NAT): an address or a name. */
  readonly advertisedAddress?: string | undefined
  /** First and last UDP port; each leg takes an even one and the next. */
  readonly rtpPorts: readonly [number, number]
  /** A WAV file or a folder of them; default: our own music. */
  readonly musicPath?: string | undefined
}

/** @throws CordboardError `media.config` (address, ports), `media.sound` (music), `media.down` (worker) */
export async function openMedia(options: {
  config: MediaConfig
  clock: Clock
  log: Log
}): Promise<MediaEngine> {
  const { config, clock, log } = options
  const unusable = whyUnusable(config)
  if (unusable) throw new CordboardError('media.config', unusable, { blame: 'setup' })
  const engine = new EmbeddedEngine({
    rtpAddress: config.rtpAddress,
    namedAddress: await namedAddress(config.rtpAddress, config.advertisedAddress),
    rtpPorts: config.rtpPorts,
    music: await readMusic(config.musicPath),
    clock,
    log,
  })
  try {
    await engine.start()
    return engine
  } catch (err) {
    await engine[Symbol.asyncDispose]()
    throw err
  }
}

function whyUnusable(config: MediaConfig): string | undefined {
  const [from, to] = config.rtpPorts
  if (isIP(config.rtpAddress) === 0) return `The RTP address "${config.rtpAddress}" is no IP address.`
  if (!(from >= 1024 && to <= 65535 && to - from >= 3)) {
    return 'The RTP port range must lie between 1024 and 65535 and hold at least two pairs.'
  }
  return undefined
}
