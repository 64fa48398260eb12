// Live calls as the desk shows them, and the buttons of the call bar.
import type { CallsPort, TransferInput } from '#admin/ports.ts'
import type { LiveCallView, TransferView } from '#admin/view.ts'
import type { CallCommands, LiveCallInfo } from '#calls/commands.ts'
import type { TransferWish } from '#calls/transfer-target.ts'
import { searchContacts, topPoint } from '#people/contact.ts'
import { showPhoneNumber } from '#people/phone-number.ts'
import { findUser } from '#people/user.ts'
import { findTaskIdOfCall } from '#tasks/task-store.ts'
import type { TenantParts } from './parts.ts'

export interface CallSources extends TenantParts {
  readonly calls: Pick<
    CallCommands,
    'liveCalls' | 'hold' | 'resume' | 'steerRecording' | 'hangUp' | 'callNumber' | 'transfer'
  >
}

/** What fits under a field. */
const mostContacts = 8

export function callsPort(sources: CallSources): CallsPort {
  const { tenant, calls } = sources
  return {
    list: () => listLiveCalls(sources),
    hold: (userId, callId) => calls.hold(tenant, callId, userId),
    resume: (userId, callId) => calls.resume(tenant, callId, userId),
    steerRecording: (userId, callId, act) => calls.steerRecording(tenant, callId, userId, act),
    hangUp: (userId, callId, options) => calls.hangUp(tenant, callId, userId, options),
    transfer: (userId, callId, { how, to }) => {
      const begin = how === 'blind' ? calls.transfer.blind : calls.transfer.consult
      begin(tenant, callId, { userId, to: wishOf(to) })
    },
    contacts: (text) =>
      searchContacts(tenant.db, text, mostContacts).flatMap((contact) => {
        const number = topPoint(contact, 'phone')
        if (number === undefined) return []
        return { id: contact.id, name: contact.name, number, shown: showPhoneNumber(number, tenant.country) }
      }),
    transferAct: (userId, callId, act) => calls.transfer[act](tenant, callId, userId),
    call: (userId, { number, taskId }) => calls.callNumber(tenant, { userId, number, taskId }),
  }
}

export function listLiveCalls({
  tenant,
  calls,
}: Pick<CallSources, 'tenant'> & {
  readonly calls: Pick<CallCommands, 'liveCalls'>
}): readonly LiveCallView[] {
  const users = new Map<string, ReturnType<typeof findUser>>()
  const userOf = (id: string) => {
    if (!users.has(id)) users.set(id, findUser(tenant.db, id))
    return users.get(id)
  }
  return calls.liveCalls(tenant).map((call) => {
    const user = call.userId === undefined ? undefined : userOf(call.userId)
    return {
      id: call.id,
      taskId: findTaskIdOfCall(tenant.db, call.id) ?? call.taskId ?? null,
      direction: call.direction,
      party: partyOf(call, tenant.country),
      number: call.party.number ?? null,
      shown: call.party.number === undefined ? null : showPhoneNumber(call.party.number, tenant.country),
      state: call.state,
      since: call.startedAt,
      answeredAt: call.answeredAt ?? null,
      user: user ? { id: user.id, name: user.name } : null,
      recording: call.recording,
      recordingState: call.recordingState ?? null,
      why: call.reason ?? null,
      people: call.people ?? [],
      transfer: transferOf(call, userOf),
      cameBack: call.cameBack ?? null,
      parked: parkedOf(call, userOf),
      supervisors: (call.supervisors ?? []).map(({ userId, mode }) => ({
        id: userId,
        name: userOf(userId)?.name ?? '',
        mode,
      })),
      ringing: call.ringing ?? [],
    }
  })
}

function wishOf(to: TransferInput['to']): TransferWish {
  return to.kind === 'skills' ? { kind: 'skills', skills: to.skillIds } : to
}

function transferOf(
  { transfer }: LiveCallInfo,
  userOf: (id: string) => ReturnType<typeof findUser>,
): TransferView | null {
  if (!transfer) return null
  const by = userOf(transfer.by)
  return {
    how: transfer.how,
    by: by ? { id: by.id, name: by.name } : null,
    to: { id: transfer.to.userId ?? null, name: transfer.to.name },
    state: transfer.state,
  }
}

function parkedOf(
  { parked }: LiveCallInfo,
  userOf: (id: string) => ReturnType<typeof findUser>,
): LiveCallView['parked'] {
  if (!parked) return null
  const { place, sinceAt, returnsAt } = parked
  const by = userOf(parked.by)
  return { place, by: by ? { id: by.id, name: by.name } : null, since: sinceAt, returnsAt }
}

function partyOf({ party }: LiveCallInfo, country: string): string {
  if (party.name) return party.name
  return party.number ? showPhoneNumber(party.number, country) : 'Unknown caller'
}
