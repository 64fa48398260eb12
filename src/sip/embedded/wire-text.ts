// How messages are told to an application: the line of facts in front of a SIP message, and answers to its commands.
import { randomUUID } from 'node:crypto'
import type { Endpoint } from './stack.ts'

/** Who wrote the message: somebody on the network, or this side. */
export type Source = 'network' | 'application'

export interface Told {
  readonly source: Source
  readonly raw: string
  /** Far end of a received message; our own address for a sent one. */
  readonly endpoint: Endpoint
  /** Wall-clock ms when it was received or sent. */
  readonly at: number
}

/** `network|<bytes>|udp|10.0.0.1|5060|09:00:00.123000`: time of day in UTC with microseconds. */
export function metaOf(told: Told): string {
  const { protocol, address, port } = told.endpoint
  return `${told.source}|${Buffer.byteLength(told.raw)}|${protocol}|${address}|${port}|${timeOfDay(told.at)}`
}

export function timeOfDay(at: number): string {
  return `${new Date(at).toISOString().slice(11, 23)}000`
}

/** A request that belongs to no dialog yet; `local` is the address it came to. */
export function newRequestText(told: Told, transactionId: string, local: Endpoint): string {
  return `${randomUUID()}|sip|${metaOf(told)}|${transactionId}||${local.address}|${local.port}|\r\n${told.raw}`
}

/** A response, or a request inside of a dialog (`dialogId` may be empty). */
export function messageText(told: Told, transactionId: string, dialogId: string): string {
  return `${randomUUID()}|sip|${metaOf(told)}|${transactionId}|${dialogId}|\r\n${told.raw}`
}

/** The answer to command `id`: `OK` or `NOK` and what follows it. */
export function answerText(id: string, answer: string): string {
  return `${randomUUID()}|response|${id}|${answer}`
}

/** `OK` with the request as it went out. */
export function sentRequestAnswer(told: Told, transactionId: string): string {
  return `OK|${metaOf(told)}|${transactionId}|Msg sent:|\r\n${told.raw}`
}

/** `OK` with the response as it went out. */
export function sentResponseAnswer(told: Told, transactionId: string, dialogId: string): string {
  return `OK|${metaOf(told)}|${transactionId}|${dialogId}||Msg sent:|\r\n${told.raw}`
}

/** `OK` with a response that a proxied request got; more follow until `OK|done`. */
export function proxiedAnswer(told: Told): string {
  return `OK|${metaOf(told)}|||continue\r\n${told.raw}`
}

export type RecordKind = 'attempt' | 'start' | 'stop'

/** A call record; `detail` is the role of a start, the reason of a stop. */
export function recordText(kind: RecordKind, told: Told, detail: string | undefined): string {
  const end = detail === undefined ? '' : `|${detail}`
  return `${randomUUID()}|cdr:${kind}|${told.source}|${timeOfDay(told.at)}${end}\r\n${told.raw}`
}
