// Call records (`cdr:attempt`, `cdr:start`, `cdr:stop`), told to whichever application asked for them.
import type { Clients } from './clients.ts'
import { type RecordKind, recordText, type Told } from './wire-text.ts'

export type CallRole = 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas'

/** drachtio's words; it says `system-initiated-termination` for a 200 that crossed a CANCEL. */
export type StopReason =
  | 'call-rejected'
  | 'call-canceled'
  | 'normal-release'
  | 'session-expired'
  | 'system-initiated-termination'
  | 'system-error-initiated-termination'

export interface CallRecords {
  attempt(told: Told): void
  start(told: Told, role: CallRole): void
  stop(told: Told, reason: StopReason): void
}

export function callRecords(clients: Pick<Clients, 'choose'>): CallRecords {
  const tell = (kind: RecordKind, told: Told, detail?: string) =>
    clients.choose(`cdr:${kind}`)?.send(recordText(kind, told, detail))
  return {
    attempt: (told) => tell('attempt', told),
    start: (told, role) => tell('start', told, role),
    stop: (told, reason) => tell('stop', told, reason),
  }
}
