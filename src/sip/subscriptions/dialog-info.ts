// The lamp of an extension as RFC 4235 writes it: always the full state, so that a lost notification costs nothing.
import { escapeUser } from '#sip/embedded/uri.ts'
import type { DocumentOptions, EventPackage, Look } from './event-package.ts'
import type { LampCall, LampSource } from './lamp.ts'
import { pickupDialog } from './pickup-dialog.ts'
import { xmlText } from './xml.ts'

export function dialogPackage(lamps: LampSource): EventPackage {
  return {
    name: 'dialog',
    contentType: 'application/dialog-info+xml',
    find: ({ tenantId }, extension) => {
      if (lamps.callsAt(tenantId, extension) === undefined) return 'unknown'
      let told: readonly LampCall[] = []
      const lookAt = (calls: readonly LampCall[]): Look => ({
        key: JSON.stringify(calls),
        write: (document) => {
          const gone = told
          told = calls
          return dialogInfo({ calls, gone, extension, document })
        },
      })
      return {
        look: () => {
          const calls = lamps.callsAt(tenantId, extension)
          return calls && lookAt(calls)
        },
      }
    },
  }
}

export interface DialogInfo {
  readonly calls: readonly LampCall[]
  /** What was told of before: named once more when nothing else is there. */
  readonly gone: readonly LampCall[]
  readonly extension: string
  readonly document: DocumentOptions
}

export function dialogInfo({ calls, gone, extension, document }: DialogInfo): string {
  const { version, entity } = document
  const dialogs =
    calls.length > 0 ? calls.map((call) => writeCall(call, extension, document)) : over(gone, extension)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${xmlText(entity)}">`,
    ...dialogs,
    '</dialog-info>',
    '',
  ].join('\r\n')
}

// Full state without a dialog means the same, but phones were made that wait for the word, 2026.
function over(gone: readonly LampCall[], extension: string): readonly string[] {
  const ids = gone.length > 0 ? gone.map(({ id }) => id) : [extension]
  return ids.map((id) => `<dialog id="${xmlText(id)}"><state>terminated</state></dialog>`)
}

// Deviates from RFC 4235 §3.7.1: who dials is `confirmed`, not `trying` or `early`, because phones blink for these whatever
// the direction is, and offer to pick up what nobody can pick up, since 2026.
function writeCall(call: LampCall, extension: string, { entity, host }: DocumentOptions): string {
  const { id, state, direction, onHold } = call
  const pickup = state === 'ringing' ? pickupDialog(id, extension) : undefined
  const named = pickup
    ? ` call-id="${xmlText(pickup.callId)}" local-tag="${pickup.localTag}" remote-tag="${pickup.remoteTag}"`
    : ''
  return [
    `<dialog id="${xmlText(id)}"${named} direction="${direction === 'in' ? 'recipient' : 'initiator'}">`,
    `<state>${state === 'ringing' ? 'early' : 'confirmed'}</state>`,
    `<local><identity>${xmlText(entity)}</identity>${target(entity, onHold)}</local>`,
    remote(call, host),
    '</dialog>',
  ].join('')
}

function remote({ number, name }: LampCall, host: string): string {
  const uri = `sip:${escapeUser(number || 'anonymous')}@${host}`
  const display = name === undefined ? '' : ` display="${xmlText(name)}"`
  return `<remote><identity${display}>${xmlText(uri)}</identity>${target(uri, false)}</remote>`
}

/** `+sip.rendering` says whether its sound is heard (RFC 4235 §4.1.6.2). */
function target(uri: string, onHold: boolean): string {
  const held = '<param pname="+sip.rendering" pvalue="no"/>'
  return onHold ? `<target uri="${xmlText(uri)}">${held}</target>` : `<target uri="${xmlText(uri)}"/>`
}
