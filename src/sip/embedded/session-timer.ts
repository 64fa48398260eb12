// Session timers (RFC 4028) as drachtio-server keeps them: refreshed by us when that is our part, hung up when theirs never comes.
import { randomInt } from 'node:crypto'
import { sendAck } from './ack.ts'
import { type Answered, cseqOf, type Dialog } from './dialog.ts'
import { hangUp } from './hang-up.ts'
import { findHeader } from './header.ts'
import type { SipHeader, SipMessage, SipRequest, SipResponse } from './message.ts'
import { findParam, parseDigits, parseParams } from './params.ts'
import type { CoreParts } from './parts.ts'

/** RFC 4028 §5: the shortest interval anybody may ask for. */
const minSeconds = 90
/** A day: longer intervals would outlive any call and overflow timers. */
const mostSeconds = 86_400

export interface SessionExpires {
  readonly seconds: number
  /** Who refreshes, as the roles of the request that carries it. */
  readonly refresher: 'uac' | 'uas' | undefined
}

/** The Session-Expires of a message; undefined when there is none that can be read. */
export function sessionExpiresOf(message: SipMessage | readonly SipHeader[]): SessionExpires | undefined {
  const value = findHeader(message, 'Session-Expires')
  if (value === undefined) return undefined
  const [seconds = '', ...params] = value.split(';')
  const number = parseDigits(seconds.trim())
  if (number === undefined) return undefined
  const refresher = findParam(parseParams(params.join(';')), 'refresher')?.toLowerCase()
  return {
    seconds: Math.min(number, mostSeconds),
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
  }
}

/** The Min-SE for a request that asks for too short an interval: it gets 422 (RFC 4028 §6). */
export function tooShort(request: SipRequest): SipHeader | undefined {
  const asked = sessionExpiresOf(request)
  return asked && asked.seconds < minSeconds ? { name: 'Min-SE', value: String(minSeconds) } : undefined
}

/**
 * Headers for our 2xx to `request` when the application gave none: the interval the far end asked for, if it also
 * said who refreshes. Without a refresher drachtio-server starts no timer, so neither do we.
 */
export function sessionHeaders(request: SipRequest, own: readonly SipHeader[]): SipHeader[] {
  const asked = sessionExpiresOf(request)
  if (!asked?.refresher || sessionExpiresOf(own)) return []
  const seconds = Math.max(minSeconds, asked.seconds)
  const needed: SipHeader[] =
    asked.refresher === 'uac' && findHeader(own, 'Require') === undefined
      ? [{ name: 'Require', value: 'timer' }]
      : []
  return [{ name: 'Session-Expires', value: `${seconds};refresher=${asked.refresher}` }, ...needed]
}

/** After our 2xx to an INVITE or UPDATE of theirs: they are the UAC of it. */
export function keepAsServer(parts: CoreParts, dialog: Dialog, response: SipResponse): void {
  start(parts, dialog, sessionExpiresOf(response), (refresher) => refresher === 'uas')
}

/** After a 2xx to an INVITE or UPDATE of ours: we are the UAC of it. */
export function keepAsClient(parts: CoreParts, dialog: Dialog, response: SipResponse): void {
  start(parts, dialog, sessionExpiresOf(response), (refresher) => refresher !== 'uas')
}

/** Remembers the session description we last sent: a refresh repeats it. */
export function rememberSession(dialog: Dialog, message: SipMessage): void {
  const type = findHeader(message, 'Content-Type') ?? ''
  if (message.body !== '' && /^application\/sdp\b/i.test(type)) dialog.localSdp = message.body
}

function start(
  parts: CoreParts,
  dialog: Dialog,
  agreed: SessionExpires | undefined,
  isOurs: (refresher: 'uac' | 'uas' | undefined) => boolean,
): void {
  dialog.sessionTimer?.cancel()
  dialog.sessionTimer = undefined
  if (!agreed || dialog.state === 'ended') return
  const seconds = Math.max(minSeconds, agreed.seconds)
  const ours = isOurs(agreed.refresher)
  // RFC 4028 §10: refresh at half time; give up a third, at most 32 s, before the end.
  const waitMs = ours
    ? seconds * 500 - randomInt(0, 5_000)
    : seconds * 1_000 - Math.min(32_000, (seconds * 1_000) / 3)
  dialog.sessionTimer = parts.clock.after(waitMs, () => {
    dialog.sessionTimer = undefined
    if (ours) refresh(parts, dialog, seconds)
    else expire(parts, dialog)
  })
}

function expire(parts: CoreParts, dialog: Dialog): void {
  hangUp(parts, dialog, { text: 'Session timer expired', stop: 'session-expired' })
}

/** Our re-INVITE with the session as it is. */
function refresh(parts: CoreParts, dialog: Dialog, seconds: number): void {
  const again = () => start(parts, dialog, { seconds, refresher: 'uac' }, () => true)
  // Something changes the session right now: that INVITE refreshes it, or we try at the next half time.
  if (dialog.inviteOut || dialog.inviteIn || dialog.localSdp === undefined) {
    again()
    return
  }
  const invite = dialog.request('INVITE', {
    headers: [
      { name: 'Contact', value: dialog.contact },
      { name: 'Session-Expires', value: `${seconds};refresher=uac` },
      { name: 'Min-SE', value: String(minSeconds) },
      { name: 'Supported', value: 'timer' },
      { name: 'Content-Type', value: 'application/sdp' },
    ],
    body: dialog.localSdp,
  })
  const waiting: (() => void)[] = []
  const over = () => {
    dialog.inviteOut = undefined
    for (const act of waiting.splice(0)) act()
  }
  const answered: Answered = { cseq: cseqOf(invite), credentials: [] }
  const sent = parts.stack.sendRequest(
    invite,
    {
      onResponse: (response, _raw, { source }) => {
        const { status } = response
        if (status < 200) return
        if (status < 300) {
          dialog.answered = answered
          dialog.refresh(response, source)
          if (answered.ack) parts.stack.sendAck(answered.ack, wayOf(dialog))
          else sendAck(parts, dialog)
          keepAsClient(parts, dialog, response)
        } else if (status === 491) afterGlare(parts, dialog, () => refresh(parts, dialog, seconds))
        else expire(parts, dialog)
        over()
      },
      onFailure: () => {
        expire(parts, dialog)
        over()
      },
    },
    wayOf(dialog),
  )
  dialog.inviteOut = { cancel: () => sent.cancel(), waiting }
}

/**
 * RFC 3261 §14.1: who made the Call-ID waits 2.1 to 4 s, the other up to 2 s. The next half time would be too late: the
 * far end hangs up a third of the interval before its end.
 */
function afterGlare(parts: CoreParts, dialog: Dialog, act: () => void): void {
  if (dialog.state === 'ended') return
  const waitMs = dialog.role === 'uac' ? randomInt(2_100, 4_000) : randomInt(0, 2_000)
  dialog.sessionTimer?.cancel()
  dialog.sessionTimer = parts.clock.after(waitMs, () => {
    dialog.sessionTimer = undefined
    act()
  })
}

function wayOf(dialog: Dialog) {
  return { local: dialog.via, ...(dialog.hop ? { target: dialog.hop } : {}) }
}
