// The one importer of mediasoup: a worker process that ends browsers' WebRTC and passes their sound on as plain RTP.
// It knows packets and transports; it knows no leg and no call.
import { createWorker, type types, version } from 'mediasoup'
import { messageOf } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { BrowserOffer, GateParameters } from './browser-sdp.ts'

/** A worker fits this version of the package only. */
export const mediasoupVersion = version

export interface SoundWorkerOptions {
  readonly binary: string
  /** Where browsers send to, UDP and TCP. Port 0: any of `ports`. */
  readonly address: string
  readonly port: number
  /** What browsers are told when it is another address. */
  readonly announced: string | undefined
  readonly ports: readonly [number, number]
  readonly log: Log
}

/** One end of a leg: what comes in from it can be heard by another end. */
export interface SoundSide {
  /** Names the sound that comes in here. */
  readonly source: string
  /** Sends that sound out here, in place of any before. */
  hear(source: string): Promise<void>
  close(): void
}

export interface BrowserSide extends SoundSide {
  /** For our SDP answer. */
  readonly gate: GateParameters
  /** `gone`: the browser closed it, or nothing was heard of it for 10 s (RFC 7675). */
  readonly news: Source<'connected' | 'gone'>
}

export interface PlainFarEnd {
  /** Where we receive: free ports of ours. */
  readonly address: string
  readonly port: number
  readonly rtcpPort: number
  readonly far: {
    readonly address: string
    readonly port: number
    readonly rtcpPort: number
    readonly ssrc: number
  }
}

export interface SoundWorker extends AsyncDisposable {
  /** Resolves with a sentence when the process ends by itself. */
  readonly died: Promise<string>
  openBrowserSide(offer: BrowserOffer): Promise<BrowserSide>
  openPlainSide(options: PlainFarEnd): Promise<SoundSide>
}

/** What plain legs and our SDP call telephone-event. */
export const eventType = 101
const pcmu = { kind: 'audio', mimeType: 'audio/PCMU', clockRate: 8000 } as const
// Consumers pass on media codecs only, which telephone-event is none of: keys travel under the name of a codec that
// nobody uses, with the same clock. The packets are not changed.
const keys = { kind: 'audio', mimeType: 'audio/iLBC', clockRate: 8000 } as const
/** RFC 7675 §5.1 gives 30 s; a call is given up by people sooner. */
const consentTimeoutS = 10

export async function openSoundWorker(options: SoundWorkerOptions): Promise<SoundWorker> {
  const { log } = options
  const [min, max] = options.ports
  const worker = await createWorker({ workerBin: options.binary, logLevel: 'error' })
  try {
    const router = await worker.createRouter({
      mediaCodecs: [
        { ...pcmu, preferredPayloadType: 0 },
        { ...keys, preferredPayloadType: eventType },
      ],
    })
    const listen = {
      ip: options.address,
      ...(options.announced === undefined ? {} : { announcedAddress: options.announced }),
      ...(options.port === 0 ? { portRange: { min, max } } : { port: options.port }),
    }
    const webRtcServer = await worker.createWebRtcServer({
      listenInfos: [
        { ...listen, protocol: 'udp' },
        { ...listen, protocol: 'tcp' },
      ],
    })
    return new MediasoupWorker({ worker, router, webRtcServer, log })
  } catch (err) {
    worker.close()
    throw err
  }
}

interface Parts {
  readonly worker: types.Worker
  readonly router: types.Router
  readonly webRtcServer: types.WebRtcServer
  readonly log: Log
}

class MediasoupWorker implements SoundWorker {
  readonly died: Promise<string>
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
    this.died = new Promise((resolve) => parts.worker.once('died', (err) => resolve(messageOf(err))))
  }

  async openBrowserSide(offer: BrowserOffer): Promise<BrowserSide> {
    const { router, webRtcServer, log } = this.#parts
    const transport = await router.createWebRtcTransport({
      webRtcServer,
      preferUdp: true,
      iceConsentTimeout: consentTimeoutS,
    })
    try {
      await transport.connect({
        dtlsParameters: {
          role: offer.setup === 'passive' ? 'server' : 'client',
          fingerprints: [{ algorithm: 'sha-256', value: offer.fingerprint }],
        },
      })
      const producer = await produce(transport, offer.ssrc, offer.eventType)
      return new Browser({ transport, producer, router, log })
    } catch (err) {
      transport.close()
      throw err
    }
  }

  async openPlainSide({ address: ip, port, rtcpPort, far }: PlainFarEnd): Promise<SoundSide> {
    const { router } = this.#parts
    const transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip, port },
      rtcpListenInfo: { protocol: 'udp', ip, port: rtcpPort },
      rtcpMux: false,
    })
    try {
      await transport.connect({ ip: far.address, port: far.port, rtcpPort: far.rtcpPort })
      const producer = await produce(transport, far.ssrc, eventType)
      return new Side({ transport, producer, router, passKeys: true })
    } catch (err) {
      transport.close()
      throw err
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { worker } = this.#parts
    if (worker.subprocessClosed) return
    const gone = new Promise<void>((resolve) => worker.once('subprocessclose', () => resolve()))
    worker.close()
    await gone
  }
}

interface SideParts {
  readonly transport: types.Transport
  readonly producer: types.Producer
  readonly router: types.Router
  readonly passKeys: boolean
}

class Side implements SoundSide {
  readonly #parts: SideParts
  #consumer: types.Consumer | undefined

  constructor(parts: SideParts) {
    this.#parts = parts
  }

  get source(): string {
    return this.#parts.producer.id
  }

  async hear(source: string): Promise<void> {
    const { transport, router, passKeys } = this.#parts
    const names: readonly string[] = passKeys ? [pcmu.mimeType, keys.mimeType] : [pcmu.mimeType]
    const codecs = router.rtpCapabilities.codecs?.filter(({ mimeType }) => names.includes(mimeType)) ?? []
    const consumer = await transport.consume({
      producerId: source,
      rtpCapabilities: { codecs, headerExtensions: [] },
    })
    this.#consumer?.close()
    this.#consumer = consumer
  }

  close(): void {
    this.#parts.transport.close()
  }
}

class Browser extends Side implements BrowserSide {
  readonly gate: GateParameters
  readonly news: Events<'connected' | 'gone'>
  readonly #transport: types.WebRtcTransport
  #gone = false

  constructor(parts: Omit<SideParts, 'transport' | 'passKeys'> & BrowserParts) {
    super({ ...parts, passKeys: false })
    const { transport, log } = parts
    this.#transport = transport
    this.gate = gateOf(transport)
    this.news = new Events(log)
    const look = guard(log, 'state of a browser leg', () => this.#look())
    transport.on('icestatechange', look)
    transport.on('dtlsstatechange', look)
  }

  #look(): void {
    const { iceState, dtlsState } = this.#transport
    const over = iceState === 'disconnected' || iceState === 'closed'
    if (over || dtlsState === 'failed' || dtlsState === 'closed') this.#end()
    else if (dtlsState === 'connected') this.news.emit('connected')
  }

  #end(): void {
    if (this.#gone) return
    this.#gone = true
    this.news.emit('gone')
  }
}

interface BrowserParts {
  readonly transport: types.WebRtcTransport
  readonly log: Log
}

function produce(transport: types.Transport, ssrc: number, events: number | undefined) {
  const eventTypes = events === undefined ? [] : [events]
  const codecs = [
    { mimeType: pcmu.mimeType, clockRate: 8000, payloadType: 0 },
    ...eventTypes.map((payloadType) => ({ mimeType: keys.mimeType, clockRate: 8000, payloadType })),
  ]
  return transport.produce({ kind: 'audio', rtpParameters: { codecs, encodings: [{ ssrc }] } })
}

function gateOf({ iceParameters, iceCandidates, dtlsParameters }: types.WebRtcTransport): GateParameters {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')
  if (!fingerprint) throw new Error('the worker has no SHA-256 fingerprint')
  return {
    user: iceParameters.usernameFragment,
    password: iceParameters.password,
    fingerprint: fingerprint.value,
    candidates: iceCandidates.map(({ foundation, priority, address, protocol, port }) => ({
      foundation,
      priority,
      address,
      protocol,
      port,
    })),
  }
}
