// What the engine's thread and its RTP worker say to each other. Never a message per packet.
import type { MessagePort } from 'node:worker_threads'
import type { LegQuality, MediaCodec, MediaEvent } from '#media/engine.ts'
import type { WorkerSound } from './player.ts'
import type { SrtpTerms } from './sdes.ts'

/** What SDP settled for one leg. */
export interface Terms {
  /** Where the far end wants to hear us; undefined: not known, or it must not be sent to (0.0.0.0). */
  readonly address: string | undefined
  readonly port: number
  readonly rtcpPort: number
  /** The codec we send, with the far end's payload type. */
  readonly codec: MediaCodec
  readonly payloadType: number
  /** The far end's telephone-event payload type; undefined: it has none. */
  readonly eventType: number | undefined
  /** Payload types the far end may send us. */
  readonly receives: readonly { readonly payloadType: number; readonly codec: MediaCodec | 'event' }[]
  readonly send: boolean
  readonly receive: boolean
  /** Silence of the far end is a fault: it both may send and does not hold us (phones on hold often send nothing). */
  readonly expectsSound: boolean
  /** Absent: plain RTP. */
  readonly srtp?: SrtpTerms | undefined
}

export interface MixPlaceTerms {
  readonly leg: number
  readonly hears: readonly number[]
  readonly port?: MessagePort
}

export type ToWorker =
  | {
      readonly kind: 'open'
      readonly request: number
      readonly leg: number
      readonly address: string
      readonly port: number
      readonly mediaTimeoutMs: number
    }
  | { readonly kind: 'configure'; readonly leg: number; readonly terms: Terms }
  | { readonly kind: 'bridge'; readonly a: number; readonly b: number }
  | { readonly kind: 'unbridge'; readonly a: number; readonly b: number }
  /** A bridge to what is at the other end of `port`: a leg or a mix of another worker. */
  | {
      readonly kind: 'bridge-remote'
      readonly leg: number
      readonly bridge: number
      readonly port: MessagePort
    }
  | { readonly kind: 'unbridge-remote'; readonly leg: number; readonly bridge: number }
  /** All who are in the mix from now on; with `port`: a leg of another worker. */
  | { readonly kind: 'mix'; readonly mix: number; readonly members: readonly MixPlaceTerms[] }
  | { readonly kind: 'close-mix'; readonly mix: number }
  | { readonly kind: 'play'; readonly leg: number; readonly play: number; readonly sound: WorkerSound }
  | { readonly kind: 'stop-play'; readonly leg: number; readonly play: number }
  | {
      readonly kind: 'digits'
      readonly request: number
      readonly leg: number
      readonly digits: string
      readonly durationMs: number
      readonly gapMs: number
    }
  | { readonly kind: 'mute'; readonly leg: number; readonly on: boolean }
  | { readonly kind: 'watch-quiet'; readonly leg: number; readonly ms: number }
  | { readonly kind: 'record'; readonly request: number; readonly leg: number; readonly path: string }
  | { readonly kind: 'pause-recording'; readonly leg: number; readonly path: string; readonly on: boolean }
  | { readonly kind: 'stop-recording'; readonly request: number; readonly leg: number; readonly path: string }
  | { readonly kind: 'quality'; readonly request: number; readonly leg: number }
  | { readonly kind: 'close'; readonly request: number; readonly leg: number }
  | { readonly kind: 'load'; readonly request: number }

export type Reply =
  | { readonly kind: 'done' }
  | { readonly kind: 'quality'; readonly quality: LegQuality }
  | { readonly kind: 'recorded'; readonly durationMs: number; readonly bytes: number }
  | { readonly kind: 'load'; readonly load: WorkerLoad }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string }

export interface WorkerLoad {
  readonly legs: number
  readonly ticks: number
  /** How late ticks ran since the last question, in ms. */
  readonly meanLateMs: number
  readonly maxLateMs: number
}

export type FromWorker =
  | { readonly kind: 'reply'; readonly request: number; readonly reply: Reply }
  | { readonly kind: 'event'; readonly leg: number; readonly event: MediaEvent }
  | { readonly kind: 'played'; readonly leg: number; readonly play: number }
  /** A bug in the worker ended this leg. */
  | { readonly kind: 'faulted'; readonly leg: number; readonly sentence: string }
  | { readonly kind: 'log'; readonly level: 'warn' | 'error'; readonly sentence: string }

export interface WorkerStart {
  readonly music: Int16Array
  /** Rung with each message to the worker (ticker.ts). */
  readonly bell: Int32Array
}
