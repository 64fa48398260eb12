// What lamps on phones tell of: the calls of an extension, and the messages that wait for a person. Signalling asks, call
// control and tasks answer; nothing here knows where the answers come from.
import type { Source } from '#lib/events.ts'

/** A call at an extension, as its lamp shows it. */
export interface LampCall {
  /** The same for as long as the call is there. */
  readonly id: string
  /** `talking`: also from the moment a person dials. */
  readonly state: 'ringing' | 'talking'
  readonly direction: 'in' | 'out'
  readonly onHold: boolean
  /** The other side. */
  readonly number: string | undefined
  readonly name: string | undefined
}

export interface LampSource {
  /** Those ringing first; undefined: the company has no such extension. */
  callsAt(tenantId: string, extension: string): readonly LampCall[] | undefined
  /** Something may have changed there. */
  readonly changes: Source<{ readonly tenantId: string }>
}

export interface WaitingMessages {
  readonly unheard: number
  readonly heard: number
}

export interface MessageSource {
  /** For the person; `extension` is what they were asked for by. Undefined: it is not theirs. */
  waitingFor(tenantId: string, userId: string, extension: string | undefined): WaitingMessages | undefined
  readonly changes: Source<{ readonly tenantId: string }>
}

/** All that lamps show. */
export interface LampSources {
  readonly lamps: LampSource
  readonly messages: MessageSource
}
