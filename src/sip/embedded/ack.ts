// The ACK of a 2xx: a request of the dialog, not of a transaction, sent again for each repeated 2xx (RFC 3261 §13.2.2.4).
import type { Answered, Dialog } from './dialog.ts'
import { hangUp } from './hang-up.ts'
import type { SipHeader, SipRequest } from './message.ts'
import type { CoreParts } from './parts.ts'

const credentialNames = new Set(['Authorization', 'Proxy-Authorization'])

/** Headers of an INVITE that its ACK must repeat. */
export function credentialsOf(invite: SipRequest): SipHeader[] {
  return invite.headers.filter(({ name }) => credentialNames.has(name))
}

/** Sends the ACK for the dialog's answered INVITE; undefined when no INVITE waits for one. */
export function sendAck(
  parts: CoreParts,
  dialog: Dialog,
  options: { headers?: readonly SipHeader[]; body?: string } = {},
): SipRequest | undefined {
  const { answered } = dialog
  if (!answered || answered.ack) return undefined
  const ack = dialog.request('ACK', {
    cseq: answered.cseq,
    headers: [...answered.credentials, ...(options.headers ?? [])],
    body: options.body ?? '',
  })
  answered.ack = ack
  repeatAck(parts, dialog, answered)
  const reason = dialog.hangUpAfterAck
  if (reason !== undefined) hangUp(parts, dialog, { text: reason, stop: 'system-initiated-termination' })
  return ack
}

/** Sends the ACK once more, if the application has given it. */
export function repeatAck(parts: CoreParts, dialog: Dialog, answered: Answered): void {
  if (!answered.ack) return
  parts.stack.sendAck(answered.ack, { local: dialog.via, ...(dialog.hop ? { target: dialog.hop } : {}) })
}
