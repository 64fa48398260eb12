// A MediaEngine without sound: it counts what is open and remembers who hears whom. Faults are set by the test.
import { writeFileSync } from 'node:fs'
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type {
  Bridge,
  LegId,
  LegOptions,
  LegQuality,
  MediaEngine,
  MediaEvent,
  MediaLeg,
  Mix,
  MixMember,
  Playback,
  PlayEnd,
  Recording,
  Sound,
} from '#media/engine.ts'

const quality: LegQuality = {
  codec: 'PCMA',
  packetsReceived: 100,
  packetsSent: 100,
  packetsLost: 0,
  lossRatio: 0,
  jitterMs: 1,
  maxJitterMs: 2,
  mos: 4.4,
  packetsDropped: 0,
}

export class FakeMediaLeg implements MediaLeg {
  readonly events = new Events<MediaEvent>(silentLog)
  readonly id: LegId
  readonly owner: string
  readonly srtp: NonNullable<LegOptions['srtp']>
  localSdp: string
  remoteSdp: string | undefined
  remoteDirection: MediaLeg['remoteDirection'] = 'sendrecv'
  closed = false
  playing: Sound | undefined
  quality: () => Promise<LegQuality> = async () => quality
  readonly digits: string[] = []
  /** What `watchQuiet` asked for last. */
  quietMs = 0
  readonly #engine: FakeMedia
  #end: (end: PlayEnd) => void = () => {}

  constructor(engine: FakeMedia, id: LegId, options: Pick<FakeMediaLeg, 'owner' | 'srtp' | 'remoteSdp'>) {
    this.#engine = engine
    this.id = id
    this.owner = options.owner
    this.srtp = options.srtp
    this.localSdp = options.srtp === 'off' ? `local ${id}` : `local ${id}\r\na=crypto:1`
    this.remoteSdp = options.remoteSdp
  }

  async acceptAnswer(sdp: string): Promise<void> {
    await this.#engine.pause()
    if (sdp.includes('no-codec')) throw new CordboardError('media.no-codec', 'No common sound format.')
    this.remoteSdp = sdp
    this.#direction(sdp)
  }

  async answerAgain(offer: string): Promise<string> {
    await this.acceptAnswer(offer)
    return `answer to ${offer}`
  }

  async offerAgain(direction: string): Promise<string> {
    await this.#engine.pause()
    return `offer ${direction}`
  }

  play(sound: Sound): Playback {
    this.#end('stopped')
    this.playing = sound
    const { promise, resolve } = Promise.withResolvers<PlayEnd>()
    let over = false
    const end = (how: PlayEnd) => {
      if (over) return
      over = true
      if (this.playing === sound) this.playing = undefined
      resolve(how)
    }
    this.#end = end
    return { ended: promise, stop: () => end('stopped') }
  }

  /** What plays comes to its end. */
  played(): void {
    this.#end('done')
  }

  async sendDigits(digits: string): Promise<void> {
    this.digits.push(digits)
  }

  mute(): void {}

  watchQuiet(ms: number): void {
    this.quietMs = ms
  }

  async record(path: string): Promise<Recording> {
    await this.#engine.pause()
    if (this.#engine.diskFull) throw new CordboardError('media.record', 'The disk is full.')
    writeFileSync(path, 'sound')
    return {
      path,
      pause: () => {},
      resume: () => {},
      stop: async () => ({ durationMs: 1_000, bytes: 5 }),
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.#engine.legs.delete(this)
    this.#engine.unbridge(this)
    this.#end('closed')
    this.events.emit({ kind: 'closed', reason: 'asked' })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Whom this leg hears now. */
  get hears(): FakeMediaLeg | 'music' | 'tone' | 'mix' | undefined {
    if (this.playing) return this.playing.kind === 'music' ? 'music' : 'tone'
    return this.#engine.peerOf(this) ?? (this.#engine.isMixed(this) ? 'mix' : undefined)
  }

  #direction(sdp: string): void {
    const found = /sendonly|inactive|recvonly/.exec(sdp)?.[0]
    this.remoteDirection =
      found === 'sendonly' || found === 'inactive' || found === 'recvonly' ? found : 'sendrecv'
  }
}

export class FakeMedia implements MediaEngine {
  readonly legs = new Set<FakeMediaLeg>()
  /** Every leg ever opened, in order. */
  readonly opened: FakeMediaLeg[] = []
  room = 1_000
  diskFull = false
  /** The next bridges fail. */
  bridgeFails = false
  readonly #mixes = new Set<Set<MediaLeg>>()
  readonly #bridges = new Set<{ readonly a: FakeMediaLeg; readonly b: FakeMediaLeg }>()

  /** Each operation takes a turn of the event loop, as a worker does. */
  pause(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  async openFromOffer(offer: string, options: LegOptions): Promise<FakeMediaLeg> {
    if (offer.includes('no-codec')) throw new CordboardError('media.no-codec', 'No common sound format.')
    return this.#open(options, offer)
  }

  async openForOffer(options: LegOptions): Promise<FakeMediaLeg> {
    return this.#open(options, undefined)
  }

  async bridge(a: MediaLeg, b: MediaLeg): Promise<Bridge> {
    await this.pause()
    const [one, other] = [this.#mine(a), this.#mine(b)]
    if (this.bridgeFails) throw new CordboardError('media.down', 'The sound engine is down.')
    this.unbridge(one)
    this.unbridge(other)
    for (const mix of this.#mixes) for (const leg of [one, other]) mix.delete(leg)
    const bridge = { a: one, b: other }
    this.#bridges.add(bridge)
    return {
      legs: [a, b],
      [Symbol.asyncDispose]: async () => {
        await this.pause()
        this.#bridges.delete(bridge)
      },
    }
  }

  async mix(members: readonly MixMember[]): Promise<Mix> {
    const mix = new Set<MediaLeg>()
    const set = async (next: readonly MixMember[]) => {
      await this.pause()
      mix.clear()
      for (const { leg } of next) {
        this.unbridge(this.#mine(leg))
        mix.add(leg)
      }
    }
    await set(members)
    this.#mixes.add(mix)
    return { set, [Symbol.asyncDispose]: async () => void this.#mixes.delete(mix) }
  }

  isMixed(leg: FakeMediaLeg): boolean {
    return [...this.#mixes].some((mix) => mix.has(leg))
  }

  health() {
    return {
      engine: 'embedded' as const,
      machines: [],
      up: true,
      legs: this.legs.size,
      room: this.room - this.legs.size,
      sentence: 'fine',
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  peerOf(leg: FakeMediaLeg): FakeMediaLeg | undefined {
    for (const { a, b } of this.#bridges) {
      if (a === leg) return b
      if (b === leg) return a
    }
    return undefined
  }

  unbridge(leg: FakeMediaLeg): void {
    for (const bridge of this.#bridges) if (bridge.a === leg || bridge.b === leg) this.#bridges.delete(bridge)
  }

  async #open({ owner, srtp = 'off' }: LegOptions, remoteSdp: string | undefined): Promise<FakeMediaLeg> {
    await this.pause()
    if (this.legs.size >= this.room)
      throw new CordboardError('media.full', 'All ports are in use.', { retry: true })
    const id = legId(`m${this.opened.length + 1}`)
    const leg = new FakeMediaLeg(this, id, { owner, srtp, remoteSdp })
    this.legs.add(leg)
    this.opened.push(leg)
    return leg
  }

  #mine(leg: MediaLeg): FakeMediaLeg {
    if (leg instanceof FakeMediaLeg && !leg.closed) return leg
    throw new CordboardError('media.down', 'The leg is closed.')
  }
}

function legId(text: string): LegId {
  const isLegId = (value: string): value is LegId => value.length > 0
  if (!isLegId(text)) throw new Error('a leg id is not empty')
  return text
}
