// Opens the browser phones as the configuration says. Without a worker the program runs all the same.
import { isIPv6 } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { isWildcard } from '#lib/own-address.ts'
import { namedAddress } from '#media/named-address.ts'
import { BrowserPhones } from './browser-phones.ts'
import { mediasoupVersion, openSoundWorker } from './mediasoup.ts'
import { preparedFolder, readPreparation } from './preparation.ts'
import { WorkerKeeper } from './worker-keeper.ts'

export interface BrowserPhonesConfig {
  /** Where browsers send their sound, UDP and TCP; 0: any free port of the internal ones. */
  readonly port: number
  /** As for RTP of phones. */
  readonly rtpAddress: string
  readonly advertisedAddress?: string | undefined
  /** The media engine is on other machines: its RTP comes to the address RTP of phones comes to. */
  readonly mediaElsewhere?: boolean | undefined
}

/** Ports between the worker and the media engine: below Linux's ephemeral ones, above our RTP ports. */
const internalPorts = [30_002, 32_767] as const

/** Returns at once; the worker is started when its program is there. @throws CordboardError `media.config` */
export async function openBrowserPhones(options: {
  readonly config: BrowserPhonesConfig
  readonly clock: Clock
  readonly log: Log
  /** Where the worker's program is prepared; its own place unless told. */
  readonly folder?: string
}): Promise<BrowserPhones> {
  const { config, clock, folder = preparedFolder } = options
  const { rtpAddress: address, advertisedAddress, port } = config
  const log = options.log.with({ area: 'browser phone' })
  const named = await namedAddress(address, advertisedAddress)
  const announced = named === address ? undefined : named
  const keeper = new WorkerKeeper({
    look: () => readPreparation(folder, mediasoupVersion),
    open: (binary) => openSoundWorker({ binary, address, port, announced, ports: internalPorts, log }),
    clock,
    log,
  })
  // What stays on this machine is nobody else's to reach.
  const loopback = isIPv6(address) ? '::1' : '127.0.0.1'
  const inside = isWildcard(address) ? loopback : address
  const place = config.mediaElsewhere ? { address, named } : { address: inside, named: inside }
  const phones = new BrowserPhones({ keeper, plain: { ...place, ports: internalPorts }, clock, log })
  keeper.start()
  return phones
}
