// Opens the media engine that the configuration names.
import { isIP } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import { FreeswitchEngine } from '#media/freeswitch/freeswitch-engine.ts'
import { installationOf } from '#media/freeswitch/installation.ts'
import type { MachineAddress } from '#media/freeswitch/machine.ts'
import type { SipServer } from '#sip/sip-server.ts'
import type { MediaEngine } from './engine.ts'
import { readMusic } from './music.ts'
import { namedAddress } from './named-address.ts'

/** FreeSWITCH has its addresses, ports and music in its own configuration (docker/freeswitch). */
export interface FreeswitchConfig {
  readonly engine: 'freeswitch'
  readonly machines: readonly MachineAddress[]
  /** Where the name of this installation is kept. */
  readonly dataFolder: string
}

export interface EmbeddedConfig {
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

export type MediaConfig = EmbeddedConfig | FreeswitchConfig

/** @throws CordboardError `media.config` (address, ports), `media.sound` (music), `media.down` (worker) */
export async function openMedia(options: {
  config: MediaConfig
  /** Carries INVITEs to FreeSWITCH. */
  sip?: Pick<SipServer, 'send'> | undefined
  clock: Clock
  log: Log
}): Promise<MediaEngine> {
  const { config, sip, clock, log } = options
  if (config.engine === 'freeswitch') return await openFreeswitch({ config, sip, clock, log })
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

/** A machine that is not there does not stop the start: calls are refused until one is. */
async function openFreeswitch(options: {
  config: FreeswitchConfig
  sip: Pick<SipServer, 'send'> | undefined
  clock: Clock
  log: Log
}): Promise<MediaEngine> {
  const { config, sip, clock, log } = options
  if (!sip) throw new Error('FreeSWITCH is spoken to by SIP')
  const { machines, dataFolder } = config
  const engine = new FreeswitchEngine({ machines, sip, installation: installationOf(dataFolder), clock, log })
  await engine.start()
  return engine
}

function whyUnusable(config: EmbeddedConfig): string | undefined {
  const [from, to] = config.rtpPorts
  if (isIP(config.rtpAddress) === 0) return `The RTP address "${config.rtpAddress}" is no IP address.`
  if (!(from >= 1024 && to <= 65535 && to - from >= 3)) {
    return 'The RTP port range must lie between 1024 and 65535 and hold at least two pairs.'
  }
  return undefined
}
