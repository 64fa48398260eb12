// One end of a line to the program: a sipp that signals behind an edge, and an RTP peer that speaks and listens.
import { sine } from './audio.ts'
import { type PeerOptions, RtpPeer } from './rtp-peer.ts'
import { SipEdge } from './sip-edge.ts'
import { type Sipp, type SippOptions, sippCallee, sippCaller } from './sipp.ts'

export type Keys = Readonly<Record<string, string>>
type Run = Omit<SippOptions, 'edge' | 'scenario' | 'keys'>

export interface LineOptions extends PeerOptions {
  /** A loopback address other than the program's. */
  readonly address: string
  readonly programPort: number
  readonly otherPorts?: readonly number[]
  /** For every sipp here. */
  readonly keys?: Keys
}

export class Line implements AsyncDisposable {
  readonly edge: SipEdge
  readonly sound: RtpPeer
  readonly #keys: Keys
  readonly #running: Sipp[] = []
  readonly #speaking: Disposable[] = []

  private constructor(edge: SipEdge, sound: RtpPeer, keys: Keys) {
    this.edge = edge
    this.sound = sound
    this.#keys = { audio_ip: sound.address, audio_port: String(sound.port), ...keys }
  }

  /** Its sound goes where the program's SDP says. */
  static async open(options: LineOptions): Promise<Line> {
    const edge = await SipEdge.open(options)
    const sound = await RtpPeer.open(options)
    edge.onSdp = (sdp) => sound.talkTo(sdp)
    return new Line(edge, sound, options.keys ?? {})
  }

  /** Starts a sipp that calls. */
  async calls(scenario: string, keys: Keys, run: Run = {}): Promise<void> {
    const all = { ...this.#keys, ...keys }
    this.#running.push(await sippCaller({ ...run, scenario, edge: this.edge, keys: all }))
  }

  /** Starts a sipp that waits for a call here. */
  async awaits(scenario: string, keys: Keys = {}, run: Run = {}): Promise<void> {
    const all = { ...this.#keys, ...keys }
    this.#running.push(await sippCallee({ ...run, scenario, edge: this.edge, keys: all }))
  }

  /** Speaks a sine from now on. */
  say(hz: number): void {
    this.#speaking.push(this.sound.say(sine(hz, 1)))
  }

  /** Cues the sipp here: ANSWER, CANCELNOW at once; HANGUP, HOLD, RESUME when its call is acknowledged. */
  async tell(what: 'ANSWER' | 'CANCELNOW' | 'HANGUP' | 'HOLD' | 'RESUME'): Promise<void> {
    // A sipp that is about to send takes no message: it would fail the call.
    if (what !== 'ANSWER' && what !== 'CANCELNOW') await this.edge.acknowledged()
    this.edge.cue(what)
  }

  /** Waits for every sipp here to end, content. */
  async done(): Promise<void> {
    await Promise.all(this.#running.map((sipp) => sipp.done()))
  }

  /** As before any call: nothing runs, nothing is remembered. */
  async reset(): Promise<void> {
    for (const speaking of this.#speaking.splice(0)) speaking[Symbol.dispose]()
    for (const sipp of this.#running.splice(0)) await sipp[Symbol.asyncDispose]()
    this.edge.forget()
    this.sound.received.length = 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reset()
    await this.edge[Symbol.asyncDispose]()
    await this.sound[Symbol.asyncDispose]()
  }
}
