// An application has gone: nobody will speak for its calls any more, so none of them may stay up.

import { sendAck } from './ack.ts'
import type { Client } from './client.ts'
import type { Dialog } from './dialog.ts'
import { deactivate, hangUp } from './hang-up.ts'
import type { Parts } from './parts.ts'
import { terminate } from './responses-out.ts'

const text = 'application disconnected'

/** Refuses what waits for it, cancels what it asked, hangs up what it had. */
export function clientGone(parts: Parts, client: Client): void {
  for (const pending of parts.pending.ofClient(client)) {
    const status = pending.method === 'BYE' ? 200 : 503
    terminate(parts, pending, status)
  }
  for (const sent of parts.sent.ofClient(client)) if (sent.method === 'INVITE') sent.transaction?.cancel()
  for (const dialog of parts.dialogs.ofClient(client)) endDialog(parts, dialog)
}

function endDialog(parts: Parts, dialog: Dialog): void {
  // An early dialog of ours ends with its INVITE, which was cancelled above.
  if (dialog.state !== 'confirmed') return
  if (dialog.method === 'SUBSCRIBE') {
    // Our subscriptions end by 481 to the next NOTIFY (RFC 6665 §4.4.1); those to us end with a NOTIFY.
    if (dialog.role === 'uas') deactivate(parts, dialog)
    else parts.dialogs.end(dialog)
  } else if (dialog.unacknowledged.size > 0) {
    // RFC 3261 §15: no BYE before the ACK of our 2xx, or its timeout.
    dialog.hangUpAfterAck = text
  } else if (dialog.answered && !dialog.answered.ack) {
    dialog.hangUpAfterAck = text
    sendAck(parts, dialog)
  } else hangUp(parts, dialog, { text, stop: 'system-error-initiated-termination' })
}
