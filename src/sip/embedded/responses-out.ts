// Responses applications give to requests from the network, and what a response starts: dialogs, reliable delivery.
import { appHeaders, contentTypeFor, withoutIdentity } from './app-headers.ts'
import type { Client } from './client.ts'
import { type AppMessage, statusOf } from './command.ts'
import { cseqOf, type Dialog } from './dialog.ts'
import { hangUp } from './hang-up.ts'
import { findHeader } from './header.ts'
import { newUasLeg } from './legs.ts'
import { contactOf } from './local-addresses.ts'
import type { SipHeader, SipRequest, SipResponse } from './message.ts'
import { tagOf } from './name-addr.ts'
import type { Parts } from './parts.ts'
import type { PendingRequest } from './pending-requests.ts'
import { ReliableResponses } from './reliable-responses.ts'
import type { SipCommand } from './requests-out.ts'
import { responseTo } from './response.ts'
import { keepAsServer, rememberSession, sessionHeaders } from './session-timer.ts'
import type { ServerTransaction } from './stack.ts'
import { messageText, sentResponseAnswer, type Told } from './wire-text.ts'
import { writeMessage } from './write-message.ts'

/** Serves a `sip` command that holds a response. */
export function respondForApp(parts: Parts, client: Client, command: SipCommand): void {
  const given = statusOf(command.message)
  const pending = parts.pending.find(command.transactionId)
  if (!given || !pending) {
    client.answer(command.id, `NOK|${unknownReason(command)}`)
    return
  }
  const { transaction } = pending
  takeTag(pending, command.message)
  parts.pending.touch(pending)
  const reliable = wantsReliable(pending, command.message, given.status)
  if (reliable && !supports100rel(transaction.request)) {
    client.answer(command.id, 'NOK|Remote endpoint does not support 100rel')
    return
  }
  const response = build(pending, command.message, given)
  keepDialog(parts, pending, response)
  const sent = reliable ? startReliable(parts, pending).send(response) : response
  const answer = () => answerSent(parts, client, { commandId: command.id, pending, sent })
  if (given.status >= 200) {
    const dropped = () => client.answer(command.id, `NOK|${unknownReason(command)}`)
    finish(parts, pending, { response: sent, answer, dropped })
    return
  }
  if (!reliable) transaction.respond(sent)
  answer()
}

/** Tells the application what went out. */
function answerSent(
  parts: Parts,
  client: Client,
  { commandId, pending, sent }: { commandId: string; pending: PendingRequest; sent: SipResponse },
): void {
  const told: Told = {
    source: 'application',
    raw: writeMessage(sent),
    endpoint: pending.transaction.local,
    at: parts.clock.now(),
  }
  if (pending.initial && pending.method === 'INVITE' && sent.status >= 200) {
    if (sent.status < 300) parts.records.start(told, 'uas')
    else parts.records.stop(told, 'call-rejected')
  }
  client.answer(commandId, sentResponseAnswer(told, pending.transactionId, pending.dialog?.id ?? ''))
}

/**
 * The INVITE ends without the application: CANCEL came (`raw`), or BYE before an answer, or the caller's connection
 * broke. It hears of all of them by a CANCEL.
 */
export function withdraw(
  parts: Parts,
  pending: PendingRequest,
  options: { raw?: string; status?: number } = {},
): void {
  const { transaction, client, dialog } = pending
  const raw = options.raw ?? writeMessage(cancelFor(transaction.request))
  const told: Told = { source: 'network', raw, endpoint: transaction.source, at: parts.clock.now() }
  terminate(parts, pending, options.status ?? 487)
  if (pending.initial) parts.records.stop(told, 'call-canceled')
  client.send(messageText(told, pending.transactionId, dialog?.id ?? ''))
}

/** Ends a request in the server's own name; the application's later answer is refused. */
export function terminate(
  parts: Parts,
  pending: PendingRequest,
  status: number,
  headers: readonly SipHeader[] = [],
): void {
  const { transaction, dialog, localTag } = pending
  parts.pending.remove(pending)
  pending.onDropped?.()
  transaction.respond(responseTo(transaction.request, status, { toTag: localTag, headers }))
  if (dialog?.inviteIn === transaction) dialog.inviteIn = undefined
  if (pending.initial && dialog) parts.dialogs.end(dialog)
}

/** The reliable responses of the INVITE that a dialog's PRACK may name. */
export function reliableOf(parts: Parts, dialog: Dialog): ReliableResponses | undefined {
  return parts.pending.ofDialog(dialog).find(({ reliable }) => reliable)?.reliable
}

function build(
  pending: PendingRequest,
  message: AppMessage,
  { status, reason }: { status: number; reason: string },
): SipResponse {
  const { transaction, method, localTag } = pending
  const { local, request } = transaction
  const own = withoutIdentity(appHeaders(message.headers, local))
  const contact = findHeader(own, 'Contact') ?? pending.dialog?.contact ?? contactOf(local, request.uri)
  const formsDialog = method === 'INVITE' || method === 'SUBSCRIBE' || method === 'UPDATE'
  const keepsSession = (method === 'INVITE' || method === 'UPDATE') && status >= 200 && status < 300
  const needsContact = formsDialog && status > 100 && status < 300 && findHeader(own, 'Contact') === undefined
  return responseTo(request, status, {
    ...(reason === '' ? {} : { reason }),
    ...(status === 100 ? {} : { toTag: localTag }),
    headers: [
      ...(needsContact ? [{ name: 'Contact', value: contact }] : []),
      ...own,
      ...(keepsSession ? sessionHeaders(request, own) : []),
      ...contentTypeFor(own, message.body),
    ],
    body: message.body,
  })
}

function keepDialog(parts: Parts, pending: PendingRequest, response: SipResponse): void {
  const { transaction, client } = pending
  const { status } = response
  const contact = findHeader(response, 'Contact')
  if (pending.dialog && contact !== undefined && status < 300) pending.dialog.contact = contact
  if (!pending.initial || status === 100 || status >= 300) return
  if (!pending.dialog) {
    pending.dialog = newUasLeg(transaction, {
      client,
      response,
      contact: contact ?? contactOf(transaction.local, transaction.request.uri),
    })
    parts.dialogs.add(pending.dialog)
  }
  if (pending.method === 'INVITE') pending.dialog.inviteIn = transaction
  if (status >= 200) pending.dialog.state = 'confirmed'
}

function finish(
  parts: Parts,
  pending: PendingRequest,
  { response, answer, dropped }: { response: SipResponse; answer: () => void; dropped: () => void },
): void {
  const { transaction, dialog, method } = pending
  const accepted = response.status < 300
  const send = () => {
    parts.pending.remove(pending)
    pending.onDropped = undefined
    if (dialog?.inviteIn === transaction) dialog.inviteIn = undefined
    if (accepted && dialog && !pending.initial) dialog.refresh(transaction.request, transaction.source)
    if (accepted && dialog && method === 'INVITE') awaitAck(parts, pending, dialog)
    if (!accepted && pending.initial && dialog) parts.dialogs.end(dialog)
    transaction.respond(response)
    if (accepted && dialog && (method === 'INVITE' || method === 'UPDATE')) {
      rememberSession(dialog, response)
      keepAsServer(parts, dialog, response)
    }
    // The caller's connection had broken already: no ACK and no failure will come.
    if (accepted && dialog && transaction.state === 'ended') ackMissing(parts, dialog, transaction)
    parts.flows.learn(transaction, response)
    answer()
  }
  if (accepted && pending.reliable) {
    pending.onDropped = dropped
    pending.reliable.whenAcknowledged(send)
  } else send()
}

function awaitAck(parts: Parts, { transaction }: PendingRequest, dialog: Dialog): void {
  dialog.unacknowledged.set(cseqOf(transaction.request), transaction)
  transaction.onFailure = () => ackMissing(parts, dialog, transaction)
}

// RFC 3261 §13.3.1.4: no ACK in 64*T1 ends the call.
function ackMissing(parts: Parts, dialog: Dialog, transaction: ServerTransaction): void {
  if (!dialog.unacknowledged.delete(cseqOf(transaction.request))) return
  parts.log.info({ callId: dialog.callId }, 'our 2xx was not acknowledged: the call ends')
  hangUp(parts, dialog, { text: 'ACK timeout', stop: 'system-error-initiated-termination' })
}

/** Watches a request handed to an application: its CANCEL, and its connection. */
export function watch(parts: Parts, pending: PendingRequest): void {
  const { transaction } = pending
  if (pending.method === 'INVITE') transaction.onCancel = (_cancel, raw) => withdraw(parts, pending, { raw })
  transaction.onFailure = () => {
    if (!parts.pending.find(pending.transactionId)) return
    if (pending.method === 'INVITE') withdraw(parts, pending)
    else parts.pending.remove(pending)
  }
}

function startReliable(parts: Parts, pending: PendingRequest): ReliableResponses {
  pending.reliable ??= new ReliableResponses({
    transaction: pending.transaction,
    clock: parts.clock,
    timers: parts.timers,
    // RFC 3262 §3: an unacknowledged reliable response ends the INVITE with a 5xx.
    onUnacknowledged: () => terminate(parts, pending, 504),
  })
  return pending.reliable
}

function wantsReliable(pending: PendingRequest, message: AppMessage, status: number): boolean {
  if (pending.method !== 'INVITE' || status <= 100 || status >= 200) return false
  return message.headers.some(([name, value]) => name.toLowerCase() === 'require' && value.includes('100rel'))
}

function supports100rel(request: SipRequest): boolean {
  return ['Supported', 'Require'].some((name) =>
    request.headers.some((header) => header.name === name && header.value.includes('100rel')),
  )
}

/** An application may choose the tag of its To, until one has been sent. */
function takeTag(pending: PendingRequest, message: AppMessage): void {
  if (pending.touched || pending.dialog) return
  const to = message.headers.find(([name]) => name.toLowerCase() === 'to')?.[1]
  const chosen = to === undefined ? undefined : tagOf(to)
  if (chosen !== undefined && /^[\w\-.!%*+`'~]+$/.test(chosen)) pending.localTag = chosen
}

function unknownReason({ message }: SipCommand): string {
  const cseq = message.headers.find(([name]) => name.toLowerCase() === 'cseq')?.[1] ?? ''
  return cseq.endsWith('CANCEL')
    ? '200 OK to incoming CANCEL is automatically generated by the stack'
    : 'Response not sent due to unknown transaction'
}

function cancelFor(invite: SipRequest): SipRequest {
  const kept = invite.headers.filter(({ name }) => ['Via', 'From', 'To', 'Call-ID'].includes(name))
  const cseq: SipHeader = { name: 'CSeq', value: `${cseqOf(invite)} CANCEL` }
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers: [...kept, cseq], body: '' }
}
