// Sound, as call control sees it: legs, bridges, playback, digits, recordings. It knows no SIP and no call, only SDP.
// Two implementations: embedded (RTP in worker threads) and FreeSWITCH. Both keep this contract.
import type { Source } from '#lib/events.ts'

export type LegId = string & { readonly __brand: 'MediaLegId' }

/** What to play. Files are WAV (PCM 16 bit, 8 or 16 kHz, mono or stereo) readable by the engine. */
export type Sound =
  | { readonly kind: 'file'; readonly path: string; readonly repeat?: boolean }
  /** Prompts one after another without a gap, once; one that cannot be read is passed over, at most 64. */
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /** Hold music: the folder or file set by `openMedia`; endless, each leg hears it from where the music stands. */
  | { readonly kind: 'music' }
  /** One or more sines in Hz at `dbm0` each (default -13), on and off for `onMs`/`offMs`, `times` times (absent: for ever). */
  | {
      readonly kind: 'tone'
      readonly hz: readonly number[]
      readonly onMs: number
      readonly offMs: number
      readonly times?: number
      readonly dbm0?: number
    }
  | { readonly kind: 'silence'; readonly ms: number }

/** `done`: played to its end. `stopped`: by stop(), or another play() replaced it. `closed`: the leg went. */
export type PlayEnd = 'done' | 'stopped' | 'closed'

export interface Playback {
  readonly ended: Promise<PlayEnd>
  stop(): void
}

export type MediaEvent =
  /** A pressed key was received, once per press (RFC 4733 event 0-15). */
  | { readonly kind: 'digit'; readonly digit: string; readonly durationMs: number }
  /** The far end's audio was heard for the first time (its source address is learnt). */
  | { readonly kind: 'first-packet' }
  /** Nothing received for the leg's media timeout while it should send; told once per silence. */
  | { readonly kind: 'media-timeout'; readonly silentMs: number }
  /** Asked for by `watchQuiet`: the far end has said nothing for so long; told once until it speaks again. */
  | { readonly kind: 'quiet'; readonly ms: number }
  /** A recording ended by itself (disk full, write error); what was written stays playable and the call goes on. */
  | { readonly kind: 'recording-ended'; readonly path: string; readonly reason: 'disk-full' | 'write-failed' }
  | { readonly kind: 'closed'; readonly reason: 'asked' | 'engine' }

/** Quality of one leg, both ways as far as known. Loss and MOS count what we receive. */
export interface LegQuality {
  readonly codec: string
  readonly packetsReceived: number
  readonly packetsSent: number
  readonly packetsLost: number
  /** 0..1 */
  readonly lossRatio: number
  /** RFC 3550 §6.4.1 interarrival jitter in ms. */
  readonly jitterMs: number
  /** Largest jitter seen, in ms. */
  readonly maxJitterMs: number
  /** 1..4.5 by the E-model (ITU-T G.107) with loss and codec; undefined until 50 packets have come. */
  readonly mos: number | undefined
  /** Packets dropped: from another source than the learnt one, malformed, or late. */
  readonly packetsDropped: number
  /** Round trip and the loss the far end reports (0..1), where it sends RTCP (RFC 3550 §6.4). */
  readonly rttMs?: number | undefined
  readonly farLossRatio?: number | undefined
  /** The crypto suite of SRTP; absent or undefined: plain RTP. */
  readonly srtp?: string | undefined
}

/** A recording of one leg: left what the leg's far end says, right what it hears. A valid WAV at every moment. */
export interface Recording {
  readonly path: string
  /** Paused stretches are left out of the file. */
  pause(): void
  resume(): void
  /** Flushes, fsyncs and closes; `path` then holds the whole recording. Idempotent. */
  stop(): Promise<{ readonly durationMs: number; readonly bytes: number }>
}

export interface MediaLeg extends AsyncDisposable {
  readonly id: LegId
  readonly events: Source<MediaEvent>
  /** Our SDP to send: the answer after `openFromOffer`/`answerAgain`, the offer after `openForOffer`/`offerAgain`. */
  readonly localSdp: string
  /** The far end's answer to our offer. @throws CordboardError `media.no-codec`, `media.sdp` */
  acceptAnswer(sdp: string): Promise<void>
  /** The far end's new offer in a running dialog (re-INVITE, UPDATE): our answer. The port stays. @throws as above */
  answerAgain(offer: string): Promise<string>
  /** A new offer of ours with the o= version raised; `direction` is what we offer. Then `acceptAnswer`. */
  offerAgain(direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'): Promise<string>
  /** What the far end last asked of us: it holds us when it will not receive (`sendonly`, `inactive`, c=0.0.0.0). */
  readonly remoteDirection: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  /** Plays to the far end instead of the bridge (the bridge comes back when it ends). Replaces what plays now. */
  play(sound: Sound): Playback
  /** Sends keys by RFC 4733 (`0-9*#A-D`), 100 ms each with 50 ms between unless told; resolves when all are sent. */
  sendDigits(digits: string, options?: { durationMs?: number; gapMs?: number }): Promise<void>
  /** No sound from the far end reaches the bridge while muted. */
  mute(on: boolean): void
  /**
   * From now on `quiet` is told when the far end stays below speech (-40 dBm0) for `ms`; 0: no longer. Silence that is not
   * sent counts. FreeSWITCH hears it while the leg is recorded only, and up to a second later.
   */
  watchQuiet(ms: number): void
  /** Starts a stereo recording into `path` (its folder exists). @throws CordboardError `media.record` (disk, path) */
  record(path: string): Promise<Recording>
  quality(): Promise<LegQuality>
  /** Closes the leg, its bridge, playback and recording. Idempotent. */
  close(): Promise<void>
}

/**
 * Two legs that hear each other until it is disposed or one closes; bridging a leg again ends its old bridge first.
 * The engine passes keys as well (RFC 4733 packets, or tones): who sends them on at `digit` presses them twice.
 */
export interface Bridge extends AsyncDisposable {
  readonly legs: readonly [MediaLeg, MediaLeg]
}

/** A leg of a mix and whom it hears: a listener hears all and is in nobody's list, a whisperer in one list only; who is in
 * the own list hears an echo. */
export interface MixMember {
  readonly leg: MediaLeg
  /** `all`: every other member. */
  readonly hears: readonly MediaLeg[] | 'all'
}

/** More than two legs that hear each other as told, until it is disposed; a leg of it that is bridged, or closes, leaves it. */
export interface Mix extends AsyncDisposable {
  /** Who is in it from now on, and who hears whom; who is left out hears silence. */
  set(members: readonly MixMember[]): Promise<void>
}

/** Both engines speak all of them. */
export type MediaCodec = 'PCMU' | 'PCMA' | 'G722' | 'opus'

export interface LegOptions {
  /** In order of preference; the default is the engine's. */
  readonly codecs?: readonly MediaCodec[]
  /** For log lines and orphans: the call this leg belongs to. */
  readonly owner: string
  /** Silence from the far end after which `media-timeout` is told; default 30 s, 0 = never. */
  readonly mediaTimeoutMs?: number
  /**
   * SRTP by SDES (RFC 4568), whose keys stand in the SDP: only for SIP over TLS. `off` (default) refuses RTP/SAVP,
   * `optional` takes and offers keys and falls back to plain RTP, `required` does not. Engines without it know `off`.
   */
  readonly srtp?: 'off' | 'optional' | 'required'
}

/** One machine that carries sound. */
export interface MachineHealth {
  /** `host:port` of its event socket, or `embedded`. */
  readonly name: string
  readonly up: boolean
  readonly legs: number
  readonly room: number
  readonly sentence: string
}

export interface MediaHealth {
  readonly engine: 'embedded' | 'freeswitch'
  readonly machines: readonly MachineHealth[]
  readonly up: boolean
  readonly legs: number
  /** Legs the engine can still open. */
  readonly room: number
  readonly sentence: string
}

export interface MediaEngine extends AsyncDisposable {
  /** A leg whose far end made the offer; `localSdp` is the answer. @throws `media.no-codec`, `media.sdp`, `media.full`, `media.down` */
  openFromOffer(offer: string, options: LegOptions): Promise<MediaLeg>
  /** A leg to which we make the offer. @throws `media.full`, `media.down` */
  openForOffer(options: LegOptions): Promise<MediaLeg>
  bridge(a: MediaLeg, b: MediaLeg): Promise<Bridge>
  /** Conference, listening, whispering; absent: the engine cannot. Members leave the bridge or mix they were in. */
  mix?(members: readonly MixMember[]): Promise<Mix>
  health(): MediaHealth
}
