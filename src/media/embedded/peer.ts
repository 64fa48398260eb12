// What a leg is joined with: another leg, one in another thread, a place in a mix. Each end hears what the other says.
import type { Companding } from './g711.ts'
import type { RtpView } from './rtp.ts'
import type { WideCodec } from './wide-ear.ts'

export interface Peer {
  /** Who is heard here and hears us. */
  readonly peer: Peer | undefined
  /** The end before is not told: `join` and `part` do that. */
  setPeer(peer: Peer | undefined): void
  /** The other end's sound, in the packet `view` describes. The bytes are reused after the call. */
  hear(bytes: Buffer, view: RtpView, law: Companding, nowMs: number): void
  /** Whether a packet in that codec is heard here as it is. */
  takes(codec: WideCodec): boolean
  /** A packet of the codec it takes, `ticks` of its clock long. */
  hearPacket(bytes: Buffer, view: RtpView, ticks: number, nowMs: number): void
  /** Whether it wants the sound of such packets beside them, for a recording. */
  readonly keeps: boolean
  /** A frame of such packets. */
  keep(frame: Int16Array, view: RtpView): void
  /** 20 ms of sound for this end, at 8 or 16 kHz; `view` says when (at 8 kHz) and after which frame. */
  hearFrame(frame: Int16Array, view: RtpView, nowMs: number): void
  /** The other end is silent from now on, with background noise of that level in -dBov. */
  hearNoise(level: number | undefined): void
  /** A packet of a key pressed on the other end; false when it is not sent on as one. */
  hearEvent(bytes: Buffer, view: RtpView, nowMs: number): boolean
  /** A key pressed on the other end, told once at its end. */
  hearKey(digit: string, durationMs: number): void
  /** Whether it has sound for its peer now. */
  brings(nowMs: number): boolean
}

/** Each is parted from whom it was with before. */
export function join(a: Peer, b: Peer): void {
  if (a.peer === b && b.peer === a) return
  part(a)
  part(b)
  a.setPeer(b)
  b.setPeer(a)
}

export function part(end: Peer): void {
  const { peer } = end
  if (!peer) return
  end.setPeer(undefined)
  peer.setPeer(undefined)
}
