// Answering a leg that came in: its sound is opened from its offer (or for ours), and closed again when no dialog comes of it.
import type { MediaLeg } from '#media/engine.ts'
import type { AnsweredLeg, IncomingLeg } from '#sip/leg.ts'
import { CallLeg, type LegOwner } from './call-leg.ts'
import type { LiveCall } from './live-call.ts'
import type { Switchboard } from './switchboard.ts'

/** The dialog was there already and is hung up: there is nothing left to refuse. */
export class LateOfferFault extends Error {}

/** Sound for a leg not yet answered. @throws what the engine throws */
export async function openSound(
  switchboard: Switchboard,
  call: LiveCall,
  incoming: Pick<IncomingLeg, 'offer' | 'secure'>,
): Promise<MediaLeg> {
  const { mediaMs } = switchboard.timeouts
  const srtp = incoming.secure ? 'optional' : 'off'
  const options = { owner: call.id, mediaTimeoutMs: mediaMs, srtp } as const
  return incoming.offer === undefined
    ? await switchboard.media.openForOffer(options)
    : await switchboard.media.openFromOffer(incoming.offer, options)
}

/**
 * 200 with that sound, once the call's row is on the disk. @throws CordboardError `sip.abandoned` when the caller was faster, LateOfferFault when a late answer
 * cannot be used; the sound stays with the caller of this function then.
 */
export async function answer(
  switchboard: Switchboard,
  call: LiveCall,
  options: { readonly incoming: IncomingLeg; readonly sound: MediaLeg; readonly owner: LegOwner },
): Promise<CallLeg> {
  const { incoming, sound, owner } = options
  await call.kept
  const sip = await incoming.answer(sound.localSdp)
  call.legLog.answered(sip.callId)
  if (incoming.offer === undefined) await acceptLate(sip, sound)
  return new CallLeg({ sip, media: sound, owner, clock: switchboard.clock, log: call.log })
}

// Late offer (RFC 3261 §13.2.1): our offer went out in the 200, the answer came with the ACK.
async function acceptLate(sip: AnsweredLeg, sound: MediaLeg): Promise<void> {
  try {
    await sound.acceptAnswer(sip.remoteSdp)
  } catch (err) {
    await sip.hangUp('SIP;cause=488;text="Not Acceptable Here"')
    throw new LateOfferFault('The answer to our offer cannot be used.', { cause: err })
  }
}
