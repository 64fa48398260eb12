// Dialogs the server itself ends, because an ACK, an application or a refresh never came.
import type { StopReason } from './call-records.ts'
import type { Dialog } from './dialog.ts'
import type { CoreParts, Parts } from './parts.ts'
import type { ClientEvents } from './stack.ts'
import { messageText, type Told } from './wire-text.ts'

export interface HangUp {
  /** Shown in the Reason header; drachtio-srf gives it to the application's `destroy` event. */
  readonly text: string
  readonly stop: StopReason
}

const nobody: ClientEvents = { onResponse: () => {}, onFailure: () => {} }

/** Sends BYE, forgets the dialog and tells its application. */
export function hangUp(parts: CoreParts, dialog: Dialog, { text, stop }: HangUp): void {
  if (dialog.state === 'ended') return
  parts.dialogs.end(dialog)
  const bye = dialog.request('BYE', {
    headers: [{ name: 'Reason', value: `SIP ;cause=200 ;text="${text}"` }],
  })
  const { raw } = parts.stack.sendRequest(bye, nobody, {
    local: dialog.via,
    ...(dialog.hop ? { target: dialog.hop } : {}),
  })
  const told: Told = { source: 'application', raw, endpoint: dialog.via, at: parts.clock.now() }
  parts.records.stop(told, stop)
  dialog.client.send(messageText(told, 'unsolicited', dialog.id))
}

/** Ends a subscription whose application has gone: the subscriber may ask again at once (RFC 6665 §4.1.3). */
export function deactivate(parts: Parts, dialog: Dialog): void {
  parts.dialogs.end(dialog)
  const notify = dialog.request('NOTIFY', {
    headers: [
      { name: 'Contact', value: dialog.contact },
      { name: 'Event', value: dialog.event ?? 'presence' },
      { name: 'Subscription-State', value: 'terminated;reason=deactivated' },
    ],
  })
  parts.stack.sendRequest(notify, nobody, {
    local: dialog.via,
    ...(dialog.hop ? { target: dialog.hop } : {}),
  })
}
