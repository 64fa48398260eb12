// Which leg of which call a Replaces names (RFC 3891 §3).
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { LegEvent } from '#sip/leg.ts'
import type { Tenant } from '#store/store.ts'

export type Replaces = NonNullable<Extract<LegEvent, { kind: 'refer' }>['replaces']>

/** Only within the tenant: no phone gets at calls of another company, whatever it names. */
export function findDialog(
  switchboard: Pick<Switchboard, 'openCalls'>,
  tenant: Tenant,
  replaces: Replaces,
): { readonly call: LiveCall; readonly leg: CallLeg } | undefined {
  for (const call of switchboard.openCalls.ofTenant(tenant.id)) {
    if (call.over.aborted) continue
    const leg = call.legs.find(({ dialog }) => isNamed(dialog, replaces))
    if (leg) return { call, leg }
  }
  return undefined
}

// to-tag is that of who is asked, from-tag that of the other end. Some phones name them as they see them in their own call.
function isNamed(dialog: CallLeg['dialog'], { callId, toTag, fromTag }: Replaces): boolean {
  if (dialog.callId !== callId) return false
  const { localTag, remoteTag } = dialog
  return (localTag === toTag && remoteTag === fromTag) || (localTag === fromTag && remoteTag === toTag)
}
