// Requests from the network: into their dialog, to a proxied call, or as something new to an application that wants it.
import { randomUUID } from 'node:crypto'
import { cseqOf, type Dialog, dialogId } from './dialog.ts'
import { receiveInDialog } from './dialog-requests-in.ts'
import { hangUp } from './hang-up.ts'
import { findHeader } from './header.ts'
import { legOf } from './legs.ts'
import type { SipRequest } from './message.ts'
import { tagOf } from './name-addr.ts'
import type { Parts } from './parts.ts'
import { refuse } from './refuse.ts'
import { watch } from './responses-out.ts'
import type { Endpoint, ServerTransaction } from './stack.ts'
import { messageText, newRequestText, type Told } from './wire-text.ts'

/** Methods that make no sense outside of a dialog. */
const inDialogOnly = new Set(['BYE', 'UPDATE', 'PRACK'])

const known = new Set(
  'INVITE REGISTER OPTIONS MESSAGE INFO NOTIFY SUBSCRIBE PUBLISH REFER BYE UPDATE PRACK'.split(' '),
)

export function receiveRequest(parts: Parts, transaction: ServerTransaction): void {
  const { request } = transaction
  const toTag = tagOf(findHeader(request, 'To') ?? '')
  const dialog = toTag === undefined ? undefined : dialogOf(parts, transaction, toTag)
  if (dialog) receiveInDialog(parts, transaction, dialog)
  else if (toTag !== undefined && parts.proxies.passesThrough(request)) parts.proxies.forward(transaction)
  else if (toTag !== undefined && request.method === 'INVITE') refuse(transaction, 481)
  else if (inDialogOnly.has(request.method)) refuse(transaction, 481)
  else receiveNew(parts, transaction, toTag)
}

/** An ACK that the transactions below do not know: of a 2xx of ours, or of a proxied call. */
export function receiveAck(parts: Parts, ack: SipRequest, raw: string, source: Endpoint): void {
  const dialog = findDialog(parts, ack, tagOf(findHeader(ack, 'To') ?? '') ?? '')
  if (!dialog) {
    parts.proxies.forwardAck(ack)
    return
  }
  const cseq = cseqOf(ack)
  const transaction = dialog.unacknowledged.get(cseq)
  // Every repeated 2xx is acknowledged again; the application hears of the first ACK only.
  if (!transaction) return
  transaction.acknowledge()
  dialog.unacknowledged.delete(cseq)
  const told: Told = { source: 'network', raw, endpoint: source, at: parts.clock.now() }
  dialog.client.send(messageText(told, randomUUID(), dialog.id))
  const text = dialog.hangUpAfterAck
  if (text !== undefined) hangUp(parts, dialog, { text, stop: 'system-error-initiated-termination' })
}

function receiveNew(parts: Parts, transaction: ServerTransaction, toTag: string | undefined): void {
  const { request } = transaction
  const client = parts.clients.choose(request.method.toLowerCase())
  const initial = request.method === 'INVITE' || (request.method === 'SUBSCRIBE' && toTag === undefined)
  if (initial && findHeader(request, 'Contact') === undefined) refuse(transaction, 400, 'Missing Contact')
  else if (initial && tagOf(findHeader(request, 'From') ?? '') === undefined)
    refuse(transaction, 400, 'Missing tag in From')
  else if (!client) refuse(transaction, unwantedStatus(request, toTag))
  else if (parts.pending.size >= parts.mostPending) {
    parts.log.warn({ method: request.method }, 'too many requests wait for applications: refused with 503')
    refuse(transaction, 503, undefined, [{ name: 'Retry-After', value: '5' }])
  } else {
    const pending = parts.pending.add(transaction, { client, initial })
    const told = toldOf(transaction)
    watch(parts, pending)
    if (request.method === 'INVITE') parts.records.attempt(told)
    client.send(newRequestText(told, pending.transactionId, transaction.local))
  }
}

// A request of a dialog we no longer have gets 481, so that the far end lets go of it.
function unwantedStatus(request: SipRequest, toTag: string | undefined): number {
  if (toTag !== undefined) return 481
  return known.has(request.method) ? 503 : 501
}

function dialogOf(parts: Parts, transaction: ServerTransaction, toTag: string): Dialog | undefined {
  const { request } = transaction
  const dialog = findDialog(parts, request, toTag)
  if (dialog || request.method !== 'NOTIFY') return dialog
  // RFC 6665 §4.1.2.4: the first NOTIFY may come before the 2xx of its SUBSCRIBE, and makes the dialog.
  const sent = parts.sent.subscribing(dialogId(findHeader(request, 'Call-ID') ?? '', toTag))
  if (!sent?.transaction) return undefined
  const { source, local } = transaction
  return legOf(parts, { sent, request: sent.transaction.request, response: request, source, local })
}

function findDialog(parts: Parts, request: SipRequest, toTag: string): Dialog | undefined {
  const fromTag = tagOf(findHeader(request, 'From') ?? '') ?? ''
  return parts.dialogs.byTags(findHeader(request, 'Call-ID') ?? '', toTag, fromTag)
}

function toldOf({ raw, source, receivedAt }: ServerTransaction): Told {
  return { source: 'network', raw, endpoint: source, at: receivedAt }
}
