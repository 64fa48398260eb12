// Responses to requests applications sent: they move dialogs, then go to the application that asked.
import { credentialsOf, repeatAck, sendAck } from './ack.ts'
import { type Answered, contactUri, cseqOf, type Dialog } from './dialog.ts'
import { findHeader } from './header.ts'
import { legOf } from './legs.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { parseDigits } from './params.ts'
import type { Parts } from './parts.ts'
import { responseTo, toTagOf } from './response.ts'
import type { Attempt, SentRequest } from './sent-requests.ts'
import { keepAsClient, rememberSession } from './session-timer.ts'
import type { ClientEvents, Endpoint, ListeningPoint } from './stack.ts'
import { messageText, type Told } from './wire-text.ts'
import { writeMessage } from './write-message.ts'

interface How {
  readonly request: SipRequest
  readonly local: ListeningPoint
  /** Tries another way after the transport failed; false when there is none. */
  retry(): boolean
}

interface Arrived {
  readonly sent: SentRequest
  readonly how: How
  readonly response: SipResponse
  readonly told: Told
  /** A 2xx of a dialog that had one before. */
  readonly again: boolean
}

export function clientEvents(parts: Parts, sent: SentRequest, how: How): ClientEvents {
  // The ACK is kept here, not only in the dialog: a repeated 2xx wants it again after the dialog has ended.
  const answered: Answered = { cseq: cseqOf(how.request), credentials: credentialsOf(how.request) }
  const take = (response: SipResponse, raw: string, source: Endpoint, again: boolean) => {
    const told: Told = { source: 'network', raw, endpoint: source, at: parts.clock.now() }
    receive(parts, { sent, how, response, told, again }, answered)
  }
  return {
    onResponse: (response, raw, { source, again }) => take(response, raw, source, again),
    onFailure: (reason) => {
      if (reason === 'transport' && how.retry()) return
      // RFC 3261 §8.1.3.1: silence counts as 408, a broken transport as 503.
      const response = responseTo(how.request, reason === 'timeout' ? 408 : 503)
      const target = sent.transaction?.target ?? how.local
      take(response, writeMessage(response), target, false)
    },
  }
}

function receive(parts: Parts, arrived: Arrived, answered: Answered): void {
  const { sent, response } = arrived
  // drachtio keeps 100 to itself: it says nothing about the far end.
  if (response.status === 100) return
  if (response.status >= 200) parts.sent.remove(sent)
  if (sent.attempt) receiveForAttempt(parts, arrived, sent.attempt, answered)
  else if (sent.dialog) receiveInDialog(parts, arrived, sent.dialog, answered)
  else tell(arrived, '')
}

function tell({ sent, told }: Arrived, dialog: string): void {
  sent.client.send(messageText(told, sent.transactionId, dialog))
}

function receiveForAttempt(parts: Parts, arrived: Arrived, attempt: Attempt, answered: Answered): void {
  const { response, sent, told } = arrived
  if (response.status < 200) {
    // After an answer the other forks' ringing means nothing, and must leave no early dialog behind.
    if (!attempt.winner && isNews(parts, arrived)) tell(arrived, attempt.dialogId)
  } else if (response.status < 300) {
    if (attempt.method === 'INVITE') receiveAnswer(parts, arrived, attempt, answered)
    else if (!attempt.winner) {
      attempt.winner = confirm(parts, arrived)
      // Nobody wants the subscription any more: the next NOTIFY gets 481 and ends it (RFC 6665 §4.1.3).
      if (sent.client.connected) tell(arrived, attempt.dialogId)
      else parts.dialogs.end(attempt.winner)
    }
  } else {
    for (const leg of parts.dialogs.allOfId(attempt.dialogId))
      if (leg.state === 'early') parts.dialogs.end(leg)
    if (attempt.method === 'INVITE')
      parts.records.stop(told, response.status === 487 ? 'call-canceled' : 'call-rejected')
    if (sent.client.connected) tell(arrived, attempt.dialogId)
  }
}

/** Notes the early dialog of a provisional response; false for a repeated or early reliable one (RFC 3262 §4). */
function isNews(parts: Parts, { sent, how, response, told }: Arrived): boolean {
  if (toTagOf(response) === undefined || !sent.attempt) return true
  const local = localOf(sent, how)
  const leg = legOf(parts, { sent, request: how.request, response, source: told.endpoint, local })
  const rseq = parseDigits(findHeader(response, 'RSeq') ?? '')
  if (rseq === undefined) return true
  if (leg.lastRSeq !== undefined && rseq !== leg.lastRSeq + 1) return false
  leg.lastRSeq = rseq
  return true
}

// RFC 3261 §13.2.2.4: the first 2xx is the call; a repeated one gets the ACK again; another fork's is hung up.
function receiveAnswer(parts: Parts, arrived: Arrived, attempt: Attempt, answered: Answered): void {
  const { response, sent, told, how } = arrived
  const { winner } = attempt
  if (winner && winner.remoteTag === (toTagOf(response) ?? '')) {
    repeatAck(parts, winner, answered)
    return
  }
  const leg = confirm(parts, arrived)
  leg.answered = winner ? { cseq: answered.cseq, credentials: answered.credentials } : answered
  if (winner) {
    leg.hangUpAfterAck = 'another fork has answered'
    sendAck(parts, leg)
    return
  }
  attempt.winner = leg
  for (const other of parts.dialogs.allOfId(attempt.dialogId))
    if (other !== leg && other.state === 'early') parts.dialogs.end(other)
  parts.records.start(told, 'uac')
  rememberSession(leg, how.request)
  keepAsClient(parts, leg, response)
  if (sent.cancelled) leg.hangUpAfterAck = 'ACK-BYE due to cancel race condition'
  else if (contactUri(response) === undefined) leg.hangUpAfterAck = 'the answer has no Contact'
  if (sent.client.connected) tell(arrived, attempt.dialogId)
  else {
    leg.hangUpAfterAck = 'application disconnected'
    sendAck(parts, leg)
  }
}

/** Where the request really left from: DNS may have chosen another transport than the application saw. */
function localOf(sent: SentRequest, how: How): ListeningPoint {
  return sent.transaction?.local ?? how.local
}

function confirm(parts: Parts, { sent, how, response, told }: Arrived): Dialog {
  const local = localOf(sent, how)
  const leg = legOf(parts, { sent, request: how.request, response, source: told.endpoint, local })
  leg.state = 'confirmed'
  return leg
}

function receiveInDialog(parts: Parts, arrived: Arrived, dialog: Dialog, answered: Answered): void {
  const { response, sent, told, how } = arrived
  const { status } = response
  if (sent.method === 'INVITE' && status >= 200) {
    if (arrived.again) {
      repeatAck(parts, dialog, answered)
      return
    }
    dialog.inviteOut = undefined
    if (status < 300) dialog.answered = answered
  }
  if (status >= 200 && status < 300) {
    dialog.refresh(response, told.endpoint)
    if (sent.method === 'INVITE' || sent.method === 'UPDATE') {
      rememberSession(dialog, how.request)
      keepAsClient(parts, dialog, response)
    }
  }
  if (status >= 200 && endsDialog(how.request, dialog, status)) parts.dialogs.end(dialog)
  if (sent.client.connected) tell(arrived, dialog.id)
  else if (sent.method === 'INVITE' && status >= 200 && status < 300) sendAck(parts, dialog)
}

function endsDialog(request: SipRequest, dialog: Dialog, status: number): boolean {
  // The application may repeat the request with credentials.
  if (status === 401 || status === 407) return false
  if (request.method === 'BYE') return true
  if (request.method !== 'NOTIFY' || dialog.method !== 'SUBSCRIBE') return false
  // RFC 6665 §4.2.2: who does not know the subscription, or answers no more, has none.
  if (status === 481 || status === 408) return true
  return /^terminated\b/i.test(findHeader(request, 'Subscription-State') ?? '')
}
