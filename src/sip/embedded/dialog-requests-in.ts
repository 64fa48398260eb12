// Requests inside of dialogs: order, glare, BYE, PRACK, re-INVITE; what passes goes to the dialog's application.
import { randomInt } from 'node:crypto'
import { cseqOf, type Dialog } from './dialog.ts'
import { findHeader } from './header.ts'
import type { Parts } from './parts.ts'
import { refuse } from './refuse.ts'
import { reliableOf, terminate, watch, withdraw } from './responses-out.ts'
import { tooShort } from './session-timer.ts'
import type { ServerTransaction } from './stack.ts'
import { messageText, type Told } from './wire-text.ts'

export function receiveInDialog(parts: Parts, transaction: ServerTransaction, dialog: Dialog): void {
  const { request } = transaction
  const cseq = cseqOf(request)
  // RFC 3261 §12.2.2: lower than what came before is out of order.
  if (dialog.remoteSeq !== undefined && cseq < dialog.remoteSeq) {
    refuse(transaction, 500, undefined, [], dialog.localTag)
    return
  }
  dialog.remoteSeq = cseq
  const minSe = request.method === 'INVITE' || request.method === 'UPDATE' ? tooShort(request) : undefined
  if (request.method === 'BYE') receiveBye(parts, transaction, dialog)
  else if (!dialog.client.connected) refuse(transaction, 481, undefined, [], dialog.localTag)
  else if (minSe) refuse(transaction, 422, undefined, [minSe], dialog.localTag)
  else if (request.method === 'INVITE') receiveReinvite(parts, transaction, dialog)
  else if (request.method === 'PRACK') receivePrack(parts, transaction, dialog)
  else if (request.method === 'UPDATE') receiveUpdate(parts, transaction, dialog)
  else hand(parts, transaction, dialog)
}

function hand(parts: Parts, transaction: ServerTransaction, dialog: Dialog): void {
  const pending = parts.pending.add(transaction, { client: dialog.client, initial: false, dialog })
  watch(parts, pending)
  if (transaction.request.method === 'INVITE') dialog.inviteIn = transaction
  if (endsSubscription(transaction, dialog)) parts.dialogs.end(dialog)
  dialog.client.send(messageText(toldOf(transaction), pending.transactionId, dialog.id))
}

function receiveReinvite(parts: Parts, transaction: ServerTransaction, dialog: Dialog): void {
  // RFC 3261 §14.2: our INVITE is open: 491. Theirs is open: 500, to be tried again in up to ten seconds.
  if (dialog.inviteOut) refuse(transaction, 491, undefined, [], dialog.localTag)
  else if (dialog.inviteIn) refuseForNow(transaction, dialog)
  else hand(parts, transaction, dialog)
}

function receiveUpdate(parts: Parts, transaction: ServerTransaction, dialog: Dialog): void {
  const open = parts.pending.ofDialog(dialog).some(({ method }) => method === 'UPDATE')
  // RFC 3311 §5.2: an offer of ours is open: 491. Their UPDATE before it is: 500, to be tried again.
  if (dialog.inviteOut && dialog.state === 'confirmed')
    refuse(transaction, 491, undefined, [], dialog.localTag)
  else if (open) refuseForNow(transaction, dialog)
  else hand(parts, transaction, dialog)
}

function refuseForNow(transaction: ServerTransaction, dialog: Dialog): void {
  const retryAfter = { name: 'Retry-After', value: String(randomInt(0, 11)) }
  refuse(transaction, 500, undefined, [retryAfter], dialog.localTag)
}

function receivePrack(parts: Parts, transaction: ServerTransaction, dialog: Dialog): void {
  const reliable = reliableOf(parts, dialog)
  if (!reliable?.expects(transaction.request)) {
    refuse(transaction, 481, undefined, [], dialog.localTag)
    return
  }
  // The application hears of the PRACK before it hears that the response held back by it is out.
  hand(parts, transaction, dialog)
  reliable.acknowledge()
}

function receiveBye(parts: Parts, transaction: ServerTransaction, dialog: Dialog): void {
  const told = toldOf(transaction)
  parts.dialogs.end(dialog)
  // RFC 3261 §15.1.2: what is still open in the dialog ends with 487.
  for (const open of parts.pending.ofDialog(dialog)) {
    if (open.initial) withdraw(parts, open)
    else terminate(parts, open, 487)
  }
  for (const unheard of dialog.unacknowledged.values()) unheard.acknowledge()
  dialog.unacknowledged.clear()
  if (dialog.method === 'INVITE') parts.records.stop(told, 'normal-release')
  if (dialog.client.connected) {
    const pending = parts.pending.add(transaction, { client: dialog.client, initial: false, dialog })
    watch(parts, pending)
    dialog.client.send(messageText(told, pending.transactionId, dialog.id))
  } else refuse(transaction, 200, undefined, [], dialog.localTag)
}

function endsSubscription({ request }: ServerTransaction, dialog: Dialog): boolean {
  const state = findHeader(request, 'Subscription-State') ?? ''
  return request.method === 'NOTIFY' && dialog.method === 'SUBSCRIBE' && /^terminated\b/i.test(state)
}

function toldOf({ raw, source, receivedAt }: ServerTransaction): Told {
  return { source: 'network', raw, endpoint: source, at: receivedAt }
}
