// Dialogs made from messages: of a response to our request (UAC), of a request and our response (UAS) (RFC 3261 §12.1).
import type { Client } from './client.ts'
import { contactUri, cseqOf, Dialog, hopFor } from './dialog.ts'
import { allValues, findHeader } from './header.ts'
import type { SipMessage, SipRequest, SipResponse } from './message.ts'
import { withTag } from './name-addr.ts'
import type { Parts } from './parts.ts'
import { toTagOf } from './response.ts'
import type { SentRequest } from './sent-requests.ts'
import type { Endpoint, ListeningPoint, ServerTransaction } from './stack.ts'

interface UacFacts {
  readonly sent: SentRequest
  readonly request: SipRequest
  readonly response: SipMessage
  readonly source: Endpoint
  readonly local: ListeningPoint
}

/** The dialog a response (or the NOTIFY that came before it) belongs to, made when it is new, its route refreshed. */
export function legOf(parts: Parts, facts: UacFacts): Dialog {
  const { request, response, source } = facts
  const callId = findHeader(request, 'Call-ID') ?? ''
  const fresh = newUacLeg(facts)
  const known = parts.dialogs.byTags(callId, fresh.localTag, fresh.remoteTag)
  if (!known) {
    parts.dialogs.add(fresh)
    return fresh
  }
  // RFC 3261 §13.2.2.4: the 2xx has the last word on the route set; until then a bare 180 must not erase it.
  if (contactUri(response) !== undefined && known.state === 'early') {
    known.routeSet = fresh.routeSet
    known.remoteTarget = fresh.remoteTarget
    known.hop = hopOf(fresh.routeSet, contactUri(response), { source, role: 'uac' })
  }
  return known
}

function newUacLeg({ sent, request, response, source, local }: UacFacts): Dialog {
  const isRequest = response.kind === 'request'
  // A response lists the proxies from far to near; a NOTIFY lists them from our side (RFC 3261 §12.1).
  const recorded = allValues(response, 'Record-Route')
  const routeSet = isRequest ? recorded : recorded.toReversed()
  const contact = contactUri(response)
  const hop = hopOf(routeSet, contact, { source, role: isRequest ? 'uas' : 'uac' })
  return new Dialog({
    role: 'uac',
    method: sent.attempt?.method ?? 'INVITE',
    client: sent.client,
    callId: findHeader(request, 'Call-ID') ?? '',
    local: findHeader(request, 'From') ?? '',
    remote: findHeader(response, isRequest ? 'From' : 'To') ?? '',
    routeSet,
    remoteTarget: contact ?? request.uri,
    localSeq: cseqOf(request),
    ...(isRequest ? { remoteSeq: cseqOf(response) } : {}),
    via: local,
    contact: findHeader(sent.transaction?.request ?? request, 'Contact') ?? sent.attempt?.contact ?? '',
    ...(hop ? { hop } : {}),
  })
}

/** The dialog our response with a To tag starts. */
export function newUasLeg(
  transaction: ServerTransaction,
  options: { client: Client; response: SipResponse; contact: string },
): Dialog {
  const { request, source, local } = transaction
  const routeSet = allValues(request, 'Record-Route')
  const contact = contactUri(request)
  const hop = hopOf(routeSet, contact, { source, role: 'uas' })
  const to = findHeader(request, 'To') ?? ''
  return new Dialog({
    role: 'uas',
    method: request.method === 'SUBSCRIBE' ? 'SUBSCRIBE' : 'INVITE',
    client: options.client,
    callId: findHeader(request, 'Call-ID') ?? '',
    local: withTag(to, toTagOf(options.response) ?? ''),
    remote: findHeader(request, 'From') ?? '',
    routeSet,
    remoteTarget: contact ?? request.uri,
    localSeq: 0,
    remoteSeq: cseqOf(request),
    via: local,
    contact: options.contact,
    event: findHeader(request, 'Event') ?? 'presence',
    ...(hop ? { hop } : {}),
  })
}

function hopOf(
  routeSet: readonly string[],
  contact: string | undefined,
  { source, role }: { source: Endpoint; role: 'uac' | 'uas' },
): Endpoint | undefined {
  return routeSet.length > 0 ? undefined : hopFor(contact, source, role)
}
