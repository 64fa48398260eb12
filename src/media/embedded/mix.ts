// Who hears whom among more than two: every 20 ms each place hears the sum of those it is to hear, from their timelines.
import type { Companding } from './g711.ts'
import { type Peer, part } from './peer.ts'
import { Lane } from './recorder.ts'
import { frameSamples, type RtpView, rtpView } from './rtp.ts'
import { Narrowing } from './wide-voice.ts'

/** Delay of a talker at first: two frames absorb the jitter of a good network. */
const firstLeadFrames = 2
/** No more than this, however bad the network: 200 ms make people talk at the same time. */
const mostLeadFrames = 10
/** A frame of delay goes away when all packets of 10 s came a frame and more too early. */
const calmTicks = 500
/** Below this peak a frame may be left out unheard (about -50 dBm0). */
const quietPeak = 80

const sum = new Int32Array(frameSamples)
const mixed = new Int16Array(frameSamples)

/** A talker's timeline that grows its delay when packets come late, and gives it back when the network is calm. */
class PatientLane {
  readonly #lane = new Lane(firstLeadFrames)
  #lead = firstLeadFrames
  #wasLate = false
  #calm = 0

  put(timestamp: number, law: Companding, bytes: Uint8Array, start: number, end: number): void {
    const offset = this.#lane.put(timestamp, law, bytes, start, end)
    if (offset < this.#lane.read - this.#lane.now) this.#wasLate = true
    else if (offset < this.#lane.read - this.#lane.now + 2 * frameSamples) this.#calm = 0
  }

  putFrame(timestamp: number, frame: Int16Array): void {
    this.#lane.putFrame(timestamp, frame)
  }

  /** The next 20 ms into `frame`; false: nothing is to be heard. */
  tick(frame: Int16Array): boolean {
    if (this.#wasLate && this.#lead < mostLeadFrames) {
      this.#wasLate = false
      this.#calm = 0
      this.#lead += 1
      this.#lane.now += frameSamples
      return false
    }
    this.#wasLate = false
    this.#calm += 1
    const ready = this.#lane.tick(frame)
    if (this.#calm < calmTicks || this.#lead <= firstLeadFrames || !isQuiet(frame)) return ready
    this.#calm = 0
    this.#lead -= 1
    return this.#lane.drain(frame)
  }
}

function isQuiet(frame: Int16Array): boolean {
  return frame.every((sample) => sample < quietPeak && sample > -quietPeak)
}

export class MixPlace implements Peer {
  readonly #onLeft: () => void
  /** Whom it hears. */
  hears: readonly MixPlace[] = []
  /** What it says in this tick. */
  readonly said = new Int16Array(frameSamples)
  says = false
  readonly #lane = new PatientLane()
  readonly #narrowing = new Narrowing()
  readonly #view = rtpView()
  #peer: Peer | undefined

  constructor(ssrc: number, onLeft: () => void) {
    this.#view.ssrc = ssrc
    this.#onLeft = onLeft
  }

  get peer(): Peer | undefined {
    return this.#peer
  }

  setPeer(peer: Peer | undefined): void {
    this.#peer = peer
    if (!peer) this.#onLeft()
  }

  hear(bytes: Buffer, view: RtpView, law: Companding): void {
    this.#lane.put(view.timestamp, law, bytes, view.start, view.end)
  }

  /** Sound is mixed at 8 kHz. */
  takes(): boolean {
    return false
  }

  hearPacket(): void {}

  readonly keeps = false

  keep(): void {}

  hearFrame(frame: Int16Array, view: RtpView): void {
    this.#lane.putFrame(view.timestamp, this.#narrowing.narrow(frame))
  }

  /** Several backgrounds at once would be none of theirs: who is silent is left out of the sum. */
  hearNoise(): void {}

  /** Keys go on at their end, by `hearKey`: packets of several at once would be one press of nobody. */
  hearEvent(): boolean {
    return false
  }

  hearKey(digit: string, durationMs: number): void {
    for (const key of this.heardBy) key.#peer?.hearKey(digit, durationMs)
  }

  heardBy: readonly MixPlace[] = []

  /** A frame comes every 20 ms, be it silence. */
  brings(): boolean {
    return true
  }

  listen(): void {
    this.says = this.#lane.tick(this.said)
  }

  speak(nowMs: number): void {
    const talking = this.hears.filter((place) => place.says)
    this.#view.sequence = (this.#view.sequence + 1) & 0xffff
    this.#view.timestamp = (this.#view.timestamp + frameSamples) >>> 0
    this.#peer?.hearFrame(mixOf(talking), this.#view, nowMs)
  }
}

function mixOf(places: readonly MixPlace[]): Int16Array {
  const [only] = places
  if (only && places.length === 1) return only.said
  sum.fill(0)
  for (const { said } of places)
    for (let i = 0; i < frameSamples; i += 1) sum[i] = (sum[i] ?? 0) + (said[i] ?? 0)
  for (let i = 0; i < frameSamples; i += 1) {
    mixed[i] = Math.max(-32768, Math.min(32767, sum[i] ?? 0))
  }
  return mixed
}

export class Mix {
  readonly #places = new Map<number, MixPlace>()

  /** The place of a leg, made when there is none; who joins it with the leg is the caller. */
  place(leg: number, ssrc: number): MixPlace {
    const found = this.#places.get(leg)
    if (found) return found
    const place = new MixPlace(ssrc, () => {
      if (this.#places.get(leg) !== place) return
      this.#places.delete(leg)
      this.#forget(place)
    })
    this.#places.set(leg, place)
    return place
  }

  /** Who is not named leaves; who hears a leg that is not here hears nothing of it. */
  set(members: readonly { readonly leg: number; readonly hears: readonly number[] }[]): void {
    const named = new Set(members.map(({ leg }) => leg))
    for (const [leg, place] of this.#places) if (!named.has(leg)) part(place)
    for (const { leg, hears } of members) {
      const place = this.#places.get(leg)
      if (!place) continue
      place.hears = hears.flatMap((one) => this.#places.get(one) ?? [])
    }
    for (const place of this.#places.values()) {
      place.heardBy = [...this.#places.values()].filter((other) => other.hears.includes(place))
    }
  }

  leave(leg: number): void {
    const place = this.#places.get(leg)
    if (place) part(place)
  }

  close(): void {
    for (const place of [...this.#places.values()]) part(place)
  }

  tick(nowMs: number): void {
    for (const place of this.#places.values()) place.listen()
    for (const place of this.#places.values()) place.speak(nowMs)
  }

  #forget(gone: MixPlace): void {
    for (const place of this.#places.values()) {
      place.hears = place.hears.filter((other) => other !== gone)
      place.heardBy = place.heardBy.filter((other) => other !== gone)
    }
  }
}
